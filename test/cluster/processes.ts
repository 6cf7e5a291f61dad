import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Names a process for good: a process id alone may be another's by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever unit the machine has. */
  readonly started: string;
}

/** Undefined when no such process runs. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    if (process.platform !== 'linux') {
      return { pid, started: execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() };
    }
    // The command name, in parentheses, may hold blanks. State and start time are fields 3 and 22 (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : { pid, started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function runs(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Ends the process if it still is the one that was identified. */
export function kill(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!runs(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends them without asking and waits until they are gone. Synchronous, so that it also works while a process exits. */
export function killAll(identities: readonly ProcessIdentity[]): void {
  for (const identity of identities) kill(identity, 'SIGKILL');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const until = Date.now() + 5000; Date.now() < until && identities.some(runs); ) Atomics.wait(pause, 0, 0, 10);
}

/** Asks, waits up to `grace` milliseconds, then insists. */
export async function end(identity: ProcessIdentity, grace: number): Promise<void> {
  kill(identity, grace > 0 ? 'SIGTERM' : 'SIGKILL');
  if (await gone(identity, grace)) return;
  kill(identity, 'SIGKILL');
  await gone(identity, 5000);
}

async function gone(identity: ProcessIdentity, within: number): Promise<boolean> {
  for (const until = Date.now() + within; Date.now() < until; ) {
    if (!runs(identity)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return !runs(identity);
}
