// Bundles the operator into one file, the same bytes on every machine: esbuild is pinned.
const { buildSync } = require('esbuild');

/** @returns esbuild's metafile: what the bundle is made of */
function bundleOperator() {
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

module.exports = { bundleOperator };

if (require.main === module) bundleOperator();
