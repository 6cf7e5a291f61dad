// Bundles the operator into one file, the same bytes on every machine: esbuild and fflate are pinned.
const { mkdirSync, writeFileSync } = require('node:fs');
const { buildSync } = require('esbuild');
const { gzipSync } = require('fflate');

/**
 * Writes build/lib/operator.cjs, for an image, and the same packed for a ConfigMap: packing takes as long as all the rest of a synth.
 *
 * @returns esbuild's metafile: what the bundle is made of
 */
function bundleOperator() {
  const { metafile, outputFiles } = buildSync({
    entryPoints: ['lib/operate/main.ts'],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    conditions: ['cdk8s-source'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    write: false,
  });
  const [{ contents }] = outputFiles;
  mkdirSync('build/lib', { recursive: true });
  writeFileSync('build/lib/operator.cjs', contents);
  writeFileSync('build/lib/operator.cjs.gz', gzipSync(contents, { level: 9, mem: 9, mtime: 0 }));
  return metafile;
}

module.exports = { bundleOperator };

if (require.main === module) bundleOperator();
