// Puts a CommonJS copy of what CommonJS cannot load into build/, with its licence.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { buildSync } = require('esbuild');

const name = '@marcbachmann/cel-js';
const folder = dirname(dirname(require.resolve(name)));

buildSync({
  stdin: { contents: `export { Environment, parse } from '${name}';`, resolveDir: __dirname },
  outfile: 'build/lib/resource/cel.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  banner: { js: `/*! ${name}\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n*/` },
  logLevel: 'warning',
});
