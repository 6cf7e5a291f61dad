import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroups, mountsBelow, networkNamespaces } from './leftovers.js';
import { baseDirectory } from './run-directory.js';

/** Everything on the machine that belongs to clusters: folders, processes, mounts, cgroups, network namespaces. */
export function traces(): string[] {
  const base = baseDirectory();
  const folders = readdirSync(base).map((name) => `folder ${join(base, name)}`);
  const mounts = mountsBelow(base).map((path) => `mount ${path}`);
  const groups = cgroups('cdk8s-nacos-').map((path) => `cgroup ${path}`);
  const namespaces = networkNamespaces('cdk8s-nacos-').map((name) => `network namespace ${name}`);
  return [...folders, ...processes(`${base}/`), ...mounts, ...groups, ...namespaces].sort();
}

function processes(path: string): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(path) ? [`process ${pid} ${command.slice(0, 80)}`] : [];
      } catch {
        return [];
      }
    });
}
