import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, program } from './compare.js';

const command = 'node_modules/.bin/cdk8s';

/** What the command line takes on top of its own start: `npm run synth`, without npm. */
export function cdk8sSynth(): Bench {
  const output = join(mkdtempSync(join(tmpdir(), 'cdk8s-nacos-bench-')), 'dist');
  return {
    title: 'cdk8s synth and its own start',
    subject: program('cdk8s synth', process.execPath, [command, 'synth', '--no-check-upgrade', '--output', output]),
    baseline: program('cdk8s --version', process.execPath, [command, '--version']),
    target: 2.5,
    rounds: 15,
  };
}
