// Bundles the operator and the management service into a file each, the same bytes on every machine: esbuild is pinned.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { buildSync } = require('esbuild');
const { gzipSync } = require('fflate');

const console = 'manager/console';

/** @returns esbuild's metafile: what the bundle is made of */
function bundleOperator() {
  return bundle('lib/operate/main.ts', 'build/lib/operator.cjs');
}

/** The page is in it, as text. Packed for NacosManager, too: by fflate, since the bytes of zlib differ between builds of Node. */
function bundleManager() {
  const program = 'build/manager/manager.cjs';
  const metafile = bundle('manager/src/main.ts', program, { consoleFiles: JSON.stringify(bundleConsole()) });
  mkdirSync('build/lib', { recursive: true });
  writeFileSync('build/lib/manager.cjs.gz', gzipSync(readFileSync(program), { level: 9, mem: 9, mtime: 0 }));
  return metafile;
}

/** @returns the page's files */
function bundleConsole() {
  const { outputFiles } = buildSync({
    entryPoints: [`${console}/main.tsx`, `${console}/style.css`],
    outdir: 'build/console',
    bundle: true,
    minify: true,
    target: 'es2022',
    tsconfig: `${console}/tsconfig.json`,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const [script, style] = ['.js', '.css'].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
  return { html: readFileSync(`${console}/index.html`, 'utf8'), script, style };
}

function bundle(entry, outfile, define = {}) {
  const { metafile } = buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    conditions: ['cdk8s-source'],
    define,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

module.exports = { bundleConsole, bundleManager, bundleOperator };

if (require.main === module) {
  bundleOperator();
  bundleManager();
}
