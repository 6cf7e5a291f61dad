import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { pack } from './program.js';

/**
 * What `entry` comes to, packed. A bundle that is packed already (`.cjs.gz`) is taken as it is: packing one takes
 * longer than all other manifests of an app (measured).
 *
 * @throws Error as `bundle` does
 */
export function packedBundle(entry: string): Uint8Array {
  return entry.endsWith('.cjs.gz') ? readFileSync(existing(entry)) : pack(bundle(entry));
}

/**
 * One self-contained CommonJS file for `node`: a finished bundle (`.cjs`) as it is, any other entry bundled by esbuild.
 *
 * @throws Error if the file does not exist or has to be bundled and esbuild is not installed
 */
export function bundle(entry: string): string {
  existing(entry);
  if (entry.endsWith('.cjs')) return readFileSync(entry, 'utf8');
  const { buildSync } = esbuild(entry);
  const options = {
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node24',
    minify: true,
    // Run from its source in a workspace, this package has no build for the bundle to take.
    conditions: ['cdk8s-bundle', ...(__filename.endsWith('.ts') ? ['cdk8s-source'] : [])],
    logLevel: 'silent',
    metafile: true,
    write: false,
  } as const satisfies BuildOptions;
  const { metafile, outputFiles } = buildSync(options);
  const unused = libraries.filter(({ name, importer }) => isOnlyFor(importer, name, metafile));
  if (unused.length === 0) return outputFiles[0]!.text;
  const alias = Object.fromEntries(unused.map(({ name, instead }) => [name, join(__dirname, instead)]));
  return buildSync({ ...options, alias }).outputFiles[0]!.text;
}

/** What other libraries load for what no controller does; a ConfigMap has no room for it. */
const libraries = [
  // To write files: a quarter of what a ConfigMap can carry.
  { name: 'yaml', importer: 'cdk8s', instead: 'no-yaml' },
  // For exemplars, which metrics of the process have only where they are asked for (prom-client:
  // lib/metrics/processCpuTotal.js).
  { name: '@opentelemetry/api', importer: 'prom-client', instead: 'no-opentelemetry' },
  // For transports, as a bundle does not carry their workers anyway (pino: lib/transport.js).
  { name: 'thread-stream', importer: 'pino', instead: 'no-thread-stream' },
] as const;

function isOnlyFor(importer: string, library: string, { inputs }: Metafile): boolean {
  const isIt = ({ original = '' }) => original === library || original.startsWith(`${library}/`);
  const importers = Object.entries(inputs).filter(([, { imports }]) => imports.some(isIt));
  return importers.length > 0 && importers.every(([file]) => file.includes(`node_modules/${importer}/`));
}

function existing(entry: string): string {
  if (!existsSync(entry))
    throw new Error(`entry ${entry}: no such file, expected an absolute path to the file that calls run()`);
  return entry;
}

/** Not a literal: a bundler that packs an app which renders an operator would try to take it along. */
const bundler: string = 'esbuild';

/** Loaded only where needed: with a finished bundle or an image it need not be installed. */
function esbuild(entry: string): typeof import('esbuild') {
  try {
    return require(bundler);
  } catch (cause) {
    throw new Error(
      `entry ${entry} has to be bundled: npm install --save-dev esbuild, or pass a finished bundle (.cjs)`,
      { cause },
    );
  }
}
