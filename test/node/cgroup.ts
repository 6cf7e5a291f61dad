import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Weight of the processes of a node against each single process of the machine. By default a group counts as one,
 * however many servers run in it (measured: each took four minutes to start on a busy machine).
 */
const processes = 12;

/**
 * Makes the control group below which a kubelet puts its pods, in every hierarchy that this machine has (version 1) or
 * the only one (version 2).
 *
 * @param root where hierarchies are mounted
 */
export async function createCgroup(name: string, root = '/sys/fs/cgroup'): Promise<void> {
  if (existsSync(join(root, 'cgroup.controllers'))) {
    await delegate(root);
    await mkdir(join(root, name), { recursive: true });
    await weigh(join(root, name, 'cpu.weight'), 100 * processes);
    return;
  }
  // Beside the hierarchies may lie other names of them, which are links, and plain files.
  const hierarchies = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name: controller } of hierarchies) {
    const group = join(root, controller, name);
    await mkdir(group, { recursive: true });
    await weigh(join(group, 'cpu.shares'), 1024 * processes);
    // A new cpuset of version 1 is empty, and no process can be put into it.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (existsSync(join(group, file)))
        await writeFile(join(group, file), await readFile(join(root, controller, file)));
    }
  }
}

async function weigh(file: string, weight: number): Promise<void> {
  if (existsSync(file)) await writeFile(file, String(weight));
}

/**
 * Version 2: children get the controllers that their parent hands down; on most machines the init system has done so.
 */
async function delegate(group: string): Promise<void> {
  const words = async (file: string) => (await readFile(join(group, file), 'utf8')).trim().split(' ');
  const given = await words('cgroup.subtree_control');
  const missing = (await words('cgroup.controllers')).filter((controller) => !given.includes(controller));
  if (missing.length > 0)
    await writeFile(join(group, 'cgroup.subtree_control'), missing.map((controller) => `+${controller}`).join(' '));
}

/** A share of the processors for processes of a test, as the CPU limit of a pod gives it. */
export interface CpuLimit {
  add(pid: number): Promise<void>;
  /** Once its processes have ended. */
  remove(): Promise<void>;
}

/** @throws Error where this user may make no control group: then processes cannot be limited so */
export async function limitCpu(name: string, millicores: number, root = '/sys/fs/cgroup'): Promise<CpuLimit> {
  const unified = existsSync(join(root, 'cgroup.controllers'));
  if (unified) await delegate(root);
  const group = join(root, unified ? '' : 'cpu', name);
  await mkdir(group, { recursive: true });
  const period = 100_000;
  const quota = (period * millicores) / 1_000;
  if (unified) await writeFile(join(group, 'cpu.max'), `${quota} ${period}`);
  else {
    await writeFile(join(group, 'cpu.cfs_period_us'), String(period));
    await writeFile(join(group, 'cpu.cfs_quota_us'), String(quota));
  }
  return { add: (pid) => writeFile(join(group, 'cgroup.procs'), String(pid)), remove: () => rmdir(group) };
}
