// The app that `cdk8s synth` runs: main.ts and all that it imports as one script, kept with its compiled code until a source changes.
// CommonJS, which Node starts sooner. Bundling takes as long as all the rest, and compiling a quarter of that (docs/performance.md).
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { resolve } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const folder = resolve('build/synth');
const file = `${folder}/main.js`;
const code = `${folder}/main.code`;
const record = `${folder}/sources.txt`;

/** The script of last time, unless a source is another one now. */
function kept() {
  const stamps = read(record, 'utf8');
  if (!stamps) return undefined;
  const sources = stamps.split('\n').map((line) => line.split(' ')[0]);
  return stampsOf(sources) === stamps ? read(file, 'utf8') : undefined;
}

function bundled() {
  // First the operator, which NacosOperator puts into a ConfigMap.
  const operator = require('./bundle.cjs').bundleOperator();
  const { metafile, outputFiles } = require('esbuild').buildSync({
    entryPoints: ['main.ts'],
    bundle: true,
    // Names stay, for messages; lines stay short, since Node prints the one that throws.
    minifyWhitespace: true,
    lineLimit: 120,
    platform: 'node',
    conditions: ['cdk8s-source'],
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const script = `(function (require, module, exports, __filename, __dirname) {${outputFiles[0].text}})`;
  const inputs = Object.keys({ ...metafile.inputs, ...operator.inputs });
  const own = inputs.filter((path) => !path.includes('node_modules/'));
  // The record last: what is there without it counts for nothing.
  mkdirSync(folder, { recursive: true });
  for (const path of [record, code]) rmSync(path, { force: true });
  write(file, script);
  write(record, stampsOf([...new Set(own), 'package-lock.json', 'scripts/bundle.cjs', 'scripts/synth.cjs']));
  return script;
}

/** A line for each file: its path, size and time of change. Reading them all would take longer than rendering. */
function stampsOf(paths) {
  return paths
    .map((path) => {
      const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
      return `${path} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

function read(path, encoding) {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined;
  }
}

/** Whole or not at all: another synth may read it. */
function write(path, content) {
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}

function run(script) {
  const cachedData = read(code);
  const compiled = new Script(script, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  compiled.runInThisContext()(createRequire(file), module, module.exports, file, folder);
  // After the run, so that functions which are compiled when they are first called are in it too.
  if (!cachedData || compiled.cachedDataRejected) write(code, compiled.createCachedData());
}

// A synth is over before optimized code pays off.
setFlagsFromString('--no-opt');
run(kept() ?? bundled());
