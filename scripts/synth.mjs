// The app that `cdk8s synth` runs: main.ts with all that it imports in one file, which starts in a third of the time.
// It is bundled again only if a source has changed, since that takes longer than all the rest.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const bundle = 'build/main.js';
const record = 'build/main.sources.json';

/** Of the bundle too: it may have been deleted or be from somewhere else. */
function hashOf(sources) {
  const hash = createHash('sha256');
  for (const path of [bundle, ...sources]) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function isCurrent() {
  try {
    const { sources, hash } = JSON.parse(readFileSync(record, 'utf8'));
    return hashOf(sources) === hash;
  } catch {
    return false;
  }
}

function build() {
  const { metafile } = require('esbuild').buildSync({
    entryPoints: ['main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    logLevel: 'warning',
    metafile: true,
  });
  const own = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules/'));
  const sources = [...own, 'package-lock.json', 'scripts/synth.mjs'];
  writeFileSync(record, JSON.stringify({ sources, hash: hashOf(sources) }));
}

if (!isCurrent()) build();
require(`../${bundle}`);
