// Bundles the operator into one file, the same bytes on every machine: esbuild is pinned.
import { buildSync } from 'esbuild';

export function bundleOperator() {
  return buildSync({
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
}
