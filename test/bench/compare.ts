import { spawnSync } from 'node:child_process';

/** Something that is timed. */
export interface Subject {
  readonly name: string;
  readonly run: () => void;
}

/** Two subjects side by side: times depend on the machine and its load, their ratio hardly does. */
export interface Bench {
  readonly title: string;
  readonly subject: Subject;
  readonly baseline: Subject;
  /** The most that the subject may take, as a multiple of the baseline. */
  readonly target: number;
  /** How often each is run. */
  readonly rounds: number;
}

/** A bench that this machine can't run, and how to make it able to. */
export interface LeftOut {
  readonly title: string;
  readonly reason: string;
}

export interface Result {
  /** Medians in milliseconds. */
  readonly subject: number;
  readonly baseline: number;
  /** Median of the ratios of the pairs. */
  readonly ratio: number;
}

/** Runs the two in turn, A B A B, after a round that does not count. */
export function compare({ subject, baseline, rounds }: Bench): Result {
  subject.run();
  baseline.run();
  const pairs = Array.from({ length: rounds }, () => [duration(subject), duration(baseline)] as const);
  return {
    subject: median(pairs.map(([first]) => first)),
    baseline: median(pairs.map(([, second]) => second)),
    ratio: median(pairs.map(([first, second]) => first / second)),
  };
}

function duration({ run }: Subject): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((first, second) => first - second);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A program as a subject. */
export function program(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Subject {
  const inherited = { ...process.env, ...env };
  // Reading more certificates takes Node 20 longer than all the rest of its start (measured: 50 ms).
  delete inherited.NODE_EXTRA_CA_CERTS;
  const run = () => {
    const { status, error, stderr } = spawnSync(command, args, {
      env: inherited,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} failed: ${error?.message ?? stderr}`);
  };
  return { name, run };
}

/** The path of a program from an environment variable, else its name if it is in PATH, else undefined. */
export function find(name: string): string | undefined {
  const command = process.env[name.toUpperCase()] ?? name;
  return spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0 ? command : undefined;
}
