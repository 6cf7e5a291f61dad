import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cluster/binaries.js';
import { inNamespace } from './cluster/network.js';
import { type Layer, layers } from './test-layers.js';

/*
 * `npm test [-- LAYER...] [vitest arguments]`: runs the layers that this machine can, and says which it leaves out.
 * With CI=true leaving one out is a failure.
 */
const results = join(dirname(__dirname), 'build', 'test-results');
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

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
  const report = join(results, `${layer.name}.json`);
  const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs');
  const command = [process.execPath, vitest, 'run', `--project=${layer.name}`, '--passWithNoTests', ...args];
  if (layer.workers && !args.some((arg) => arg.startsWith('--maxWorkers')))
    command.push(`--maxWorkers=${layer.workers}`);
  command.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  const code = await execute((layer.isolated && inNamespace(command)) || command);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const failed: number = counts.numFailedTests ?? 0;
  return {
    passed: counts.numPassedTests ?? 0,
    // A file that cannot be loaded, or a runner that died, has no failed test to count.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0),
    seconds: (Date.now() - started) / 1000,
  };
}

function execute(
  command:
    | readonly string[]
    | { readonly command: string; readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const {
    command: program = '',
    args,
    env,
  } = 'env' in command ? command : { command: command[0], args: command.slice(1), env: process.env };
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
      .on('error', reject)
      .on('close', (code) => resolve(code ?? 1));
  });
}

function summarize(
  chosen: readonly Layer[],
  obstacles: ReadonlyMap<Layer, readonly string[]>,
  outcomes: ReadonlyMap<Layer, Outcome>,
): void {
  say('');
  const required = process.env.CI === 'true';
  const absence = required ? 'MISSING' : 'LEFT OUT';
  for (const layer of chosen) {
    const outcome = outcomes.get(layer);
    if (outcome) {
      const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} LEFT OUT` : '';
      say(
        `${layer.name.padEnd(8)} ${outcome.passed} passed, ${outcome.failed} failed${skipped} in ${outcome.seconds.toFixed(0)} s`,
      );
    } else say(`${layer.name.padEnd(8)} ${absence} (${layer.what})`);
    for (const sentence of obstacles.get(layer) ?? []) say(`${' '.repeat(9)}${sentence}`);
    for (const sentence of outcome ? layer.gaps() : []) say(`${' '.repeat(9)}${absence} in part: ${sentence}`);
  }
  const sum = (count: (outcome: Outcome) => number) =>
    [...outcomes.values()].reduce((total, one) => total + count(one), 0);
  const incomplete = chosen.filter((layer) => !outcomes.has(layer) || layer.gaps().length > 0);
  const absent = required ? incomplete.length : 0;
  const failed = sum((outcome) => outcome.failed) + absent;
  const total = `${sum((outcome) => outcome.passed)} passed, ${failed} failed`;
  if (existsSync(cacheDirectory))
    say(`cache    ${size(cacheDirectory)} in ${cacheDirectory}; delete it whenever you like`);
  writeFileSync(join(results, 'total.txt'), `${total}\n`);
  say(total);
  if (failed > 0) process.exitCode = 1;
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
