import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeLeftovers } from './leftovers.js';
import { ifUnlocked } from './lock.js';
import { identify, killAll, type ProcessIdentity, runs } from './processes.js';

const slots = 32;
export const baseVariable = 'CDK8S_NACOS_RUN';

/**
 * Everything a cluster keeps on the machine lies below one directory, or carries its `id` as the start of its name
 * (cgroups, named network namespaces). That is what lets the next run clean up after one that was killed.
 */
export interface RunDirectory {
  /** Unlike any other that exists at the time. */
  readonly id: string;
  readonly path: string;
  /** 0 to 31; no two running clusters have the same one. */
  readonly slot: number;
}

/** Where the clusters of this user keep what they need while they run. */
export function baseDirectory(): string {
  // In a user namespace every user is user 0: the user that made the namespace says where it is.
  const path = process.env[baseVariable] ?? join(tmpdir(), `cdk8s-nacos-${process.getuid?.() ?? 'user'}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Claims a directory for a cluster that lives no longer than process `owner`. @default this process */
export function createRunDirectory(owner: number = process.pid): RunDirectory {
  removeAbandoned();
  for (let slot = 0; slot < slots; slot++) {
    const path = join(baseDirectory(), `c${slot}`);
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    writeFileSync(join(path, 'owner'), JSON.stringify(identify(owner)));
    for (const folder of ['log', 'pid', 'kubeconfig', 'bin']) mkdirSync(join(path, folder));
    return { id: `cdk8s-nacos-c${slot}-${owner}`, path, slot };
  }
  throw new Error(`${slots} clusters run already, see ${baseDirectory()}`);
}

/** Notes a process to be ended with the cluster, by whatever run. */
export function recordProcess(path: string, name: string, pid: number): ProcessIdentity | undefined {
  const identity = identify(pid);
  if (identity) writeFileSync(join(path, 'pid', name), JSON.stringify(identity));
  return identity;
}

/** Ends every recorded process at once and removes all traces. */
export function removeRunDirectory(path: string): void {
  const pids = join(path, 'pid');
  const recorded = existsSync(pids) ? readdirSync(pids).map((name) => readFileSync(join(pids, name), 'utf8')) : [];
  killAll(recorded.map((identity) => JSON.parse(identity)));
  const owner = ownerOf(path);
  removeLeftovers(path, `cdk8s-nacos-${basename(path)}-${owner?.pid ?? ''}`);
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

/** Removes what runs that were killed left behind. */
export function removeAbandoned(): void {
  const base = baseDirectory();
  for (const name of readdirSync(base).filter((name) => /^c\d+$/.test(name))) {
    const path = join(base, name);
    if (!isAbandoned(path)) continue;
    // Another run may remove it at the same time, and a third may have claimed it again since.
    ifUnlocked(join(base, `removing-${name}`), () => {
      if (isAbandoned(path)) removeRunDirectory(path);
    });
  }
}

function isAbandoned(path: string): boolean {
  const owner = ownerOf(path);
  const claimed = statSync(path, { throwIfNoEntry: false });
  const claimedJustNow = !owner && claimed && Date.now() - claimed.ctimeMs < 10_000;
  return claimed !== undefined && !claimedJustNow && !(owner && runs(owner));
}

function ownerOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'owner'), 'utf8'));
  } catch {
    return undefined;
  }
}
