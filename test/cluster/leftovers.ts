import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { identify, killAll, type ProcessIdentity } from './processes.js';

const cgroupRoot = '/sys/fs/cgroup';
const namespaceRoot = '/run/netns';

/**
 * Ends and removes what nodes leave beside their files: container processes, mounts, cgroups, network namespaces,
 * sysctls.
 */
export function removeLeftovers(directory: string, id: string): void {
  if (process.platform !== 'linux') return;
  const groups = cgroups(id);
  // More than once: what runs in a cgroup may have forked meanwhile.
  for (let round = 0; round < 3; round++)
    killAll([...shims(directory), ...groups.flatMap(processesIn)].flatMap(identified));
  for (const mount of mountsBelow(directory)) {
    if (spawnSync('umount', [mount]).status !== 0) spawnSync('umount', ['-l', mount]);
  }
  for (const group of groups) {
    try {
      rmdirSync(group);
    } catch {
      // Busy for a moment more; the leak check of the soak would find it.
    }
  }
  for (const name of networkNamespaces(id)) execFileSync('ip', ['netns', 'delete', name]);
  restoreSysctls(directory);
}

/**
 * Notes how `names` (such as `vm.overcommit_memory`) stand, to be put back when the last cluster that asked for it
 * ends.
 */
export function keepSysctls(directory: string, names: readonly string[]): void {
  const kept = join(dirname(directory), 'sysctls.json');
  if (!existsSync(kept)) {
    const values = names
      .filter((name) => existsSync(sysctl(name)))
      .map((name) => [name, readFileSync(sysctl(name), 'utf8').trim()]);
    writeFileSync(kept, JSON.stringify(Object.fromEntries(values)));
  }
  writeFileSync(join(directory, 'changes-sysctls'), '');
}

function restoreSysctls(directory: string): void {
  const base = dirname(directory);
  const kept = join(base, 'sysctls.json');
  const others = readdirSync(base).filter((name) => name !== basename(directory));
  if (!existsSync(kept) || others.some((name) => existsSync(join(base, name, 'changes-sysctls')))) return;
  for (const [name, value] of Object.entries<string>(JSON.parse(readFileSync(kept, 'utf8')))) {
    if (readFileSync(sysctl(name), 'utf8').trim() !== value) writeFileSync(sysctl(name), value);
  }
  rmSync(kept);
}

function sysctl(name: string): string {
  return join('/proc/sys', name.replaceAll('.', '/'));
}

/** Named ones, in which no process needs to be. */
export function networkNamespaces(prefix: string): string[] {
  return existsSync(namespaceRoot) ? readdirSync(namespaceRoot).filter((name) => name.startsWith(prefix)) : [];
}

/** With those inside them, deepest first. Version 1 has a hierarchy per controller, version 2 one for all. */
export function cgroups(prefix: string): string[] {
  const names = (directory: string) =>
    readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.isSymbolicLink());
  const below = (directory: string): string[] => [
    ...names(directory).flatMap((entry) => below(join(directory, entry.name))),
    directory,
  ];
  if (!existsSync(cgroupRoot)) return [];
  const hierarchies = [cgroupRoot, ...names(cgroupRoot).map((entry) => join(cgroupRoot, entry.name))];
  return hierarchies.flatMap((hierarchy) =>
    names(hierarchy)
      .filter((entry) => entry.name.startsWith(prefix))
      .flatMap((entry) => below(join(hierarchy, entry.name))),
  );
}

function processesIn(cgroup: string): number[] {
  try {
    return readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** containerd's shims outlive it on purpose; the socket they are to talk to says whose they are. */
function shims(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return basename(command).startsWith('containerd-shim') && args.some((arg) => arg.startsWith(`${directory}/`));
      } catch {
        return false;
      }
    });
}

function identified(pid: number): ProcessIdentity[] {
  return [identify(pid)].filter((identity) => identity !== undefined);
}

export function mountsBelow(directory: string): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path.startsWith(`${directory}/`))
    .sort()
    .reverse();
}
