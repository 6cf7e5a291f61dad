// Bundles the operator and the management service into a file each, the same bytes on every machine: esbuild and fflate
// are pinned.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { buildSync } = require('esbuild');
const { gzipSync } = require('fflate');

/** What libraries load for what no operator does, as the package's own bundler leaves it out (synth/bundle.ts). */
const unused = {
  '@opentelemetry/api': './reconciler/src/synth/no-opentelemetry.ts',
  'thread-stream': './reconciler/src/synth/no-thread-stream.ts',
};

/** @returns esbuild's metafile: what the bundle is made of */
function bundleOperator() {
  return bundle('lib/operate/main.ts', 'operator', { alias: unused });
}

/** The page is in it, as text. */
function bundleManager() {
  return bundle('manager/src/main.ts', 'manager', { define: { consoleFiles: JSON.stringify(bundleConsole()) } });
}

/** @returns the page's files */
function bundleConsole() {
  const folder = 'manager/console';
  const { outputFiles } = buildSync({
    entryPoints: [`${folder}/main.tsx`, `${folder}/style.css`],
    outdir: 'build/console',
    bundle: true,
    minify: true,
    target: 'es2022',
    tsconfig: `${folder}/tsconfig.json`,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const [script, style] = ['.js', '.css'].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
  return { html: readFileSync(`${folder}/index.html`, 'utf8'), script, style };
}

/**
 * Writes it as .cjs, for an image, and packed as .cjs.gz, for a ConfigMap: packing it takes as long as all the rest of
 * a synth.
 */
function bundle(entry, name, options) {
  const { metafile, outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    conditions: ['cdk8s-bundle', 'cdk8s-source'],
    ...options,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    write: false,
  });
  const [{ contents }] = outputFiles;
  mkdirSync('build/lib', { recursive: true });
  writeFileSync(`build/lib/${name}.cjs`, contents);
  writeFileSync(`build/lib/${name}.cjs.gz`, gzipSync(contents, { level: 9, mem: 9, mtime: 0 }));
  return metafile;
}

module.exports = { bundleConsole, bundleManager, bundleOperator };

if (require.main === module) {
  bundleOperator();
  bundleManager();
}
