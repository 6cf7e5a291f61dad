import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, type ProcessIdentity, runs } from './processes.js';
import { recordProcess } from './run-directory.js';

/** A server of the cluster: runs in the background, writes to `log/<name>.log` and ends with the run directory. */
export class Daemon {
  private constructor(
    readonly name: string,
    readonly log: string,
    private readonly identity: ProcessIdentity | undefined,
  ) {}

  static start(directory: string, name: string, command: string, args: readonly string[], env = process.env): Daemon {
    const log = join(directory, 'log', `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(command, args, { stdio: ['ignore', output, output], detached: true, env });
    closeSync(output);
    let failure: Error | undefined;
    child.on('error', (error) => {
      failure = error;
    });
    child.unref();
    if (child.pid === undefined) throw new Error(`${name} cannot be started: ${command}`, { cause: failure });
    return new Daemon(name, log, recordProcess(directory, name, child.pid));
  }

  get running(): boolean {
    return this.identity !== undefined && runs(this.identity);
  }

  get pid(): number | undefined {
    return this.identity?.pid;
  }

  /**
   * Resolves once `ready` does so with true. Throws with the last log lines when the server ends first, or after
   * `timeout` milliseconds, many because a machine may be busy.
   */
  async ready(ready: () => Promise<boolean>, timeout = 240_000): Promise<void> {
    const until = Date.now() + timeout;
    for (;;) {
      const running = this.running;
      if (await ready().catch(() => false)) return;
      if (!running) throw new Error(`${this.name} ended before it was ready. ${this.lastLines()}`);
      if (Date.now() > until)
        throw new Error(`${this.name} is not ready after ${timeout / 1000} s. ${this.lastLines()}`);
      await sleep(50);
    }
  }

  /** Asks it to end, insists after `grace` milliseconds; 0 kills at once. */
  async stop(grace = 0): Promise<void> {
    if (this.identity) await end(this.identity, grace);
  }

  private lastLines(count = 25): string {
    const text = existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd() : '';
    return `Last lines of ${this.log}:\n${text.split('\n').slice(-count).join('\n')}`;
  }
}
