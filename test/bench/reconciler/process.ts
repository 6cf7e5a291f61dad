import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { performance } from 'node:perf_hooks';

/** How to start an operator, and where it says that it is ready. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `/readyz` on the loopback interface. */
  readonly port: number;
}

export interface Memory {
  /** MiB, as the others. */
  readonly rss: number;
  readonly pss: number;
  /** Memory that is no file's: what the program allocated. */
  readonly anonymous: number;
}

/** A running operator under measurement. */
export class OperatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static start(program: Program, kubeconfig: string, log: string): OperatorProcess {
    // It costs 50 ms of a start of Node 20 and nothing elsewhere.
    const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
    const file = openSync(log, 'a');
    const child = spawn(program.command, program.args, {
      env: { ...environment, KUBECONFIG: kubeconfig, ...program.env },
      stdio: ['ignore', file, file],
    });
    return new OperatorProcess(child, program.port);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves once `/readyz` answers 200. */
  async ready(): Promise<void> {
    for (const until = performance.now() + 60_000; performance.now() < until; ) {
      if (this.child.exitCode !== null) throw new Error(`the operator ended with exit code ${this.child.exitCode}`);
      if ((await status(`http://127.0.0.1:${this.port}/readyz`)) === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the operator was not ready after 60 s');
  }

  /**
   * Milliseconds by which the event loop was late since the last time, at the 99th percentile, its timer's 10 ms
   * included. NaN for a program without an event loop.
   */
  async lag(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1];
    return Number(seconds ?? Number.NaN) * 1000;
  }

  memory(): Memory {
    const rollup = readFileSync(`/proc/${this.pid}/smaps_rollup`, 'utf8');
    const mebibytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
    return { rss: mebibytes('Rss'), pss: mebibytes('Pss'), anonymous: mebibytes('Anonymous') };
  }

  cpuSeconds(): number {
    return cpuSeconds(this.pid);
  }

  /** Milliseconds from SIGTERM to exit. */
  async stop(): Promise<number> {
    const begin = performance.now();
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await once(this.child, 'exit');
    return performance.now() - begin;
  }
}

/** User and system time of a process since its start. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function status(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false, timeout: 1000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', () => resolve(undefined));
  });
}
