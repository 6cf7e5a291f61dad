import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { binaries } from '../cluster/binaries.js';
import type { ControlPlane } from '../cluster/control-plane.js';
import { keepSysctls } from '../cluster/leftovers.js';
import { Node } from './node.js';
import { createSwitch, removeSwitch } from './node-network.js';
import { buildImages } from './prepare.js';

/**
 * Adds real nodes to a control plane in a network namespace, with names (DNS), images and a StorageClass. Resolves when
 * all are Ready.
 */
export async function startNodes(cluster: ControlPlane, count: number): Promise<readonly Node[]> {
  const programs = await binaries(['kubelet', 'kube-proxy']);
  keepSysctls(cluster.directory, [...changedByKubelet, watches]);
  await allowWatches();
  await createSwitch();
  cluster.onStop(() => removeSwitch(count));
  await startAddOns(cluster);
  return Promise.all(Array.from({ length: count }, (_, index) => Node.start(cluster, index + 1, programs)));
}

/** pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables. */
const changedByKubelet = [
  'vm.overcommit_memory',
  'vm.panic_on_oom',
  'kernel.panic',
  'kernel.panic_on_oops',
  'kernel.keys.root_maxkeys',
  'kernel.keys.root_maxbytes',
];

const watches = 'fs.inotify.max_user_instances';

/** Kubelets and containerds of a few nodes use up Debian's 128, and then do not start (measured with ten nodes). */
async function allowWatches(): Promise<void> {
  const file = `/proc/sys/${watches.replaceAll('.', '/')}`;
  if (Number(await readFile(file, 'utf8')) < 1024) await writeFile(file, '1024');
}

async function startAddOns(cluster: ControlPlane): Promise<void> {
  const volumes = join(cluster.directory, 'volumes');
  const images = join(cluster.directory, 'images.json');
  await mkdir(volumes);
  await writeFile(images, JSON.stringify(await buildImages()));
  const typescript = createRequire(__filename).resolve('tsx');
  const program = join(__dirname, 'add-ons.ts');
  const addOns = cluster.daemon('add-ons', process.execPath, [
    '--import',
    typescript,
    program,
    cluster.kubeconfig,
    volumes,
    images,
  ]);
  // The StorageClass is the last that they make.
  await addOns.ready(
    async () => (await cluster.api.get('/apis/storage.k8s.io/v1/storageclasses/standard')) !== undefined,
  );
}
