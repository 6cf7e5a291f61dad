import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, type ProcessIdentity, runs } from './processes.js';

/** Runs `work` while no other process holds the lock file; the lock of a dead process counts for nothing. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!take(path)) await sleep(100);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Holds the lock for the time of `work`, unless another process does. */
export function ifUnlocked(path: string, work: () => void): void {
  if (!take(path)) return;
  try {
    work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  // A link appears with its content, so a process that dies half-way leaves no lock that cannot be judged.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const holder = holderOf(path);
  if (holder && !runs(holder)) rmSync(path, { force: true });
  return false;
}

function holderOf(path: string): ProcessIdentity | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
