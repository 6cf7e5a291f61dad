import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { pack } from './program.js';

/**
 * What `entry` comes to, packed. A bundle that is packed already (`.cjs.gz`) is taken as it is: packing one takes longer than all
 * other manifests of an app (measured).
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
    conditions: __filename.endsWith('.ts') ? ['cdk8s-source'] : [],
    logLevel: 'silent',
    metafile: true,
    write: false,
  } as const satisfies BuildOptions;
  const { metafile, outputFiles } = buildSync(options);
  if (!onlyCdk8sHasYaml(metafile)) return outputFiles[0]!.text;
  return buildSync({ ...options, alias: { yaml: join(__dirname, 'no-yaml') } }).outputFiles[0]!.text;
}

/** cdk8s loads a YAML library to write files: a quarter of what a ConfigMap can carry, and nothing that a controller does. */
function onlyCdk8sHasYaml({ inputs }: Metafile): boolean {
  const importers = Object.entries(inputs).filter(([, { imports }]) =>
    imports.some(({ original = '' }) => /^yaml(\/|$)/.test(original)),
  );
  return importers.length > 0 && importers.every(([file]) => file.includes('node_modules/cdk8s/'));
}

function existing(entry: string): string {
  if (!existsSync(entry))
    throw new Error(`entry ${entry}: no such file, expected an absolute path to the file that calls run()`);
  return entry;
}

/** Not a literal: a bundler that packs an app which renders an operator would try to take it along. */
const bundler: string = 'esbuild';

/** Loaded only where needed: whoever ships a finished bundle or an image does not have it. */
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
