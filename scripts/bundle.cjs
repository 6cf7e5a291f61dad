// Bundles the operator and the management service into a file each, the same bytes on every machine: esbuild is pinned.
const { buildSync } = require('esbuild');

/** @returns esbuild's metafile: what the bundle is made of */
function bundleOperator() {
  return bundle('lib/operate/main.ts', 'build/lib/operator.cjs');
}

function bundleManager() {
  return bundle('manager/src/main.ts', 'build/lib/manager.cjs');
}

function bundle(entry, outfile) {
  const { metafile } = buildSync({
    entryPoints: [entry],
    outfile,
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

module.exports = { bundleManager, bundleOperator };

if (require.main === module) {
  bundleOperator();
  bundleManager();
}
