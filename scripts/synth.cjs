// The app that `cdk8s synth` runs: main.ts and all that it imports as one script, kept with its compiled code until a source changes.
// CommonJS, which Node starts sooner. Bundling takes as long as all the rest, and compiling a quarter of that (docs/performance.md).
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { resolve } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const folder = resolve('build/synth');
const file = `${folder}/main.js`;
const code = `${folder}/main.code`;
const record = `${folder}/sources.json`;

/** The script of last time, unless a source or the script itself is another one now. */
function kept() {
  try {
    const { sources, hash } = JSON.parse(readFileSync(record, 'utf8'));
    const script = readFileSync(file, 'utf8');
    return hashOf(script, sources) === hash ? { script, hash } : undefined;
  } catch {
    return undefined;
  }
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
  const sources = [
    ...new Set(own),
    'package-lock.json',
    'scripts/bundle.cjs',
    'scripts/synth.cjs',
    'build/lib/operator.cjs.gz',
  ];
  const hash = hashOf(script, sources);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, script);
  writeFileSync(record, JSON.stringify({ sources, hash }));
  return { script, hash };
}

function hashOf(script, sources) {
  const hash = createHash('sha256').update(script);
  for (const path of sources) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

/** V8 takes the code of any script of the same length, so the hash stands before it. */
function compiledCode(hash) {
  const kept = existsSync(code) ? readFileSync(code) : Buffer.alloc(0);
  return kept.toString('latin1', 0, hash.length) === hash ? kept.subarray(hash.length) : undefined;
}

function run({ script, hash }) {
  const cachedData = compiledCode(hash);
  const compiled = new Script(script, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  compiled.runInThisContext()(createRequire(file), module, module.exports, file, folder);
  // After the run, so that functions which are compiled when they are first called are in it too.
  if (!cachedData || compiled.cachedDataRejected)
    writeFileSync(code, Buffer.concat([Buffer.from(hash), compiled.createCachedData()]));
}

// A synth is over before optimized code pays off.
setFlagsFromString('--no-opt');
run(kept() ?? bundled());
