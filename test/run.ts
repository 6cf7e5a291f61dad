import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheDirectory } from './cluster/binaries.js';
import type { FileReport } from './report.js';
import { type Layer, layers } from './test-layers.js';
import { runTests } from './vitest.js';

/*
 * `npm test [-- LAYER...] [vitest arguments]`: runs the layers that this machine can, and says which it leaves out.
 * With CI=true leaving one out is a failure.
 */
const results = join(dirname(__dirname), 'build', 'test-results');
/** Nothing may be left out. */
const required = process.env.CI === 'true';
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Outcome {
  readonly reports: readonly FileReport[];
  readonly seconds: number;
}

/** Files of a layer that the last lines name, by how long they took. */
const slowestFiles = 3;

const passed = ({ reports }: Outcome) => reports.reduce((sum, one) => sum + one.passed, 0);
const skipped = ({ reports }: Outcome) => reports.reduce((sum, one) => sum + one.skipped, 0);
const failures = ({ reports }: Outcome) => reports.flatMap((one) => one.failures);

async function main(args: readonly string[]): Promise<void> {
  const names: readonly string[] = layers.map(({ name }) => name);
  const asked = args.filter((arg) => names.includes(arg));
  const rest = args.filter((arg) => !names.includes(arg));
  const chosen = layers.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const obstacles = new Map(chosen.map((layer) => [layer, layer.obstacles()]));
  const able = chosen.filter((layer) => obstacles.get(layer)?.length === 0);

  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const prepared = prepare(able);
  const outcomes = new Map<Layer, Outcome>();
  for (const layer of able) {
    await prepared.get(layer);
    say(`\n== ${layer.name}: ${layer.what}`);
    outcomes.set(layer, await run(layer, rest));
  }
  summarize(chosen, obstacles, outcomes);
}

/** One layer after the other, but beside the tests of the layers before it. */
function prepare(able: readonly Layer[]): ReadonlyMap<Layer, Promise<unknown>> {
  const prepared = new Map<Layer, Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  for (const layer of able) {
    last = last.then(() => layer.prepare((line) => say(`   [${line}]`)));
    last.catch(() => {}); // heard by who waits for it
    prepared.set(layer, last);
  }
  return prepared;
}

async function run(layer: Layer, args: readonly string[]): Promise<Outcome> {
  const started = Date.now();
  const reports = await runTests(layer, { args, folder: results });
  return { reports, seconds: (Date.now() - started) / 1000 };
}

function summarize(
  chosen: readonly Layer[],
  obstacles: ReadonlyMap<Layer, readonly string[]>,
  outcomes: ReadonlyMap<Layer, Outcome>,
): void {
  say('');
  const absence = required ? 'MISSING' : 'LEFT OUT';
  for (const layer of chosen) {
    const outcome = outcomes.get(layer);
    if (outcome) {
      const left = skipped(outcome) > 0 ? `, ${skipped(outcome)} LEFT OUT` : '';
      const counts = `${passed(outcome)} passed, ${failures(outcome).length} failed${left}`;
      say(`${layer.name.padEnd(8)} ${counts} in ${outcome.seconds.toFixed(0)} s; longest ${longest(outcome)}`);
      for (const failure of failures(outcome)) say(`${' '.repeat(9)}FAILED ${failure}`);
    } else say(`${layer.name.padEnd(8)} ${absence} (${layer.what})`);
    for (const sentence of obstacles.get(layer) ?? []) say(`${' '.repeat(9)}${sentence}`);
    for (const sentence of outcome ? layer.gaps() : []) say(`${' '.repeat(9)}${absence} in part: ${sentence}`);
  }
  const sum = (count: (outcome: Outcome) => number) =>
    [...outcomes.values()].reduce((total, one) => total + count(one), 0);
  const incomplete = chosen.filter((layer) => !outcomes.has(layer) || layer.gaps().length > 0);
  const absent = required ? incomplete.length : 0;
  const failed = sum((outcome) => failures(outcome).length) + absent;
  const total = `${sum(passed)} passed, ${failed} failed`;
  if (existsSync(cacheDirectory))
    say(`cache    ${size(cacheDirectory)} in ${cacheDirectory}; delete it whenever you like`);
  writeFileSync(join(results, 'total.txt'), `${total}\n`);
  say(total);
  if (failed > 0) process.exitCode = 1;
}

/** Such as `some.test.ts 12 s, other.test.ts 9 s`. */
function longest({ reports }: Outcome): string {
  const sorted = [...reports].sort((one, other) => other.seconds - one.seconds).slice(0, slowestFiles);
  return sorted.map(({ file, seconds }) => `${basename(file)} ${seconds} s`).join(', ');
}

/** Such as 1.2G. */
function size(directory: string): string {
  const answer = spawnSync('du', ['-sh', directory], { encoding: 'utf8' }).stdout ?? '';
  return answer.split('\t')[0] || 'an unknown size';
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
