// Bundles the operator into one file, the same bytes on every machine: esbuild is pinned.
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

/** @returns esbuild's metafile: what the bundle is made of */
export function bundleOperator() {
  const { metafile } = buildSync({
    entryPoints: ['lib/operate/main.ts'],
    outfile: 'build/lib/operator.cjs',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    conditions: ['cdk8s-source'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) bundleOperator();
