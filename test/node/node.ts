import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '../cluster/control-plane.js';
import type { Daemon } from '../cluster/daemon.js';
import { end, type ProcessIdentity } from '../cluster/processes.js';
import { recordProcess } from '../cluster/run-directory.js';
import { createCgroup } from './cgroup.js';
import { nodeAddress, plugIn, unplug } from './node-network.js';
import * as settings from './node-settings.js';

type Programs = Readonly<Record<'kubelet' | 'kube-proxy', string>>;

/**
 * A real node: containerd, kubelet and kube-proxy in network, mount and process namespaces of their own. Ending its
 * first process is enough: the kernel then ends every other one, and every container, mount and interface, as if the
 * power had failed.
 */
export class Node {
  readonly name: string;
  private readonly directory: string;
  private readonly cgroup: string;

  private constructor(
    private readonly cluster: ControlPlane,
    private readonly index: number,
    private readonly namespaces: Daemon,
    private readonly first: ProcessIdentity,
  ) {
    this.name = nodeName(index);
    this.directory = join(cluster.directory, this.name);
    this.cgroup = `${cluster.id}-${this.name}`;
  }

  /** Resolves when the node is Ready. */
  static async start(cluster: ControlPlane, index: number, programs: Programs): Promise<Node> {
    const name = nodeName(index);
    const directory = join(cluster.directory, name);
    const up = join(directory, 'up');
    await mkdir(join(directory, 'cni'), { recursive: true });
    const namespaces = cluster.daemon(name, 'unshare', [...unshared, 'sh', '-c', firstProcess, 'sh', up]);
    await namespaces.ready(async () => existsSync(up));
    const pid = namespaces.pid!;
    const first = recordProcess(
      cluster.directory,
      `${name}-first`,
      Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')),
    );
    const node = new Node(cluster, index, namespaces, first!);
    await plugIn(index, pid);
    await node.startContainerd();
    await node.startKubeProxy(programs['kube-proxy']);
    await node.startKubelet(programs.kubelet);
    return node;
  }

  /**
   * As if every process was killed: none says goodbye, but the kernel closes their connections. Resolves when all is
   * gone.
   */
  async crash(): Promise<void> {
    await end(this.first, 0);
  }

  /**
   * As `crash`, and without what the kernel says for dead processes: the other side of a connection is not notified.
   */
  async vanish(): Promise<void> {
    await unplug(this.index);
    await this.crash();
  }

  private async startContainerd(): Promise<void> {
    await writeFile(this.file('containerd.toml'), settings.containerd(this.file));
    await mkdir(this.file('registries/_default'), { recursive: true });
    await writeFile(this.file('registries/_default/hosts.toml'), settings.registries());
    await writeFile(this.file('cni/pods.conflist'), settings.podNetwork(this.file, this.index));
    const containerd = this.daemon('containerd', 'containerd', [`--config=${this.file('containerd.toml')}`]);
    await containerd.ready(async () => existsSync(this.file('containerd.sock')));
  }

  private async startKubelet(program: string): Promise<void> {
    await createCgroup(this.cgroup);
    const address = nodeAddress(this.index);
    const user = { name: `system:node:${this.name}`, groups: ['system:nodes'] };
    const kubeconfig = await this.cluster.userKubeconfig(user, this.cluster.serverForNodes);
    const serving = await this.cluster.serverCertificate(this.name, { dns: [this.name], ip: [address] });
    const authority = join(this.cluster.directory, 'pki', 'ca.crt');
    await writeFile(this.file('resolv.conf'), '');
    await writeFile(this.file('kubelet.json'), settings.kubelet(this.file, address, this.cgroup, authority, serving));
    const kubelet = this.daemon('kubelet', program, [
      `--config=${this.file('kubelet.json')}`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${this.file('kubelet')}`,
      `--hostname-override=${this.name}`,
      `--node-ip=${address}`,
    ]);
    await kubelet.ready(async () => {
      const { status } = await this.cluster.api.get<NodeObject>(`/api/v1/nodes/${this.name}`);
      return status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    });
  }

  private async startKubeProxy(program: string): Promise<void> {
    const kubeconfig = await this.cluster.userKubeconfig({ name: 'system:kube-proxy' }, this.cluster.serverForNodes);
    await writeFile(this.file('kube-proxy.json'), settings.kubeProxy(this.name, nodeAddress(this.index), kubeconfig));
    this.daemon('kube-proxy', program, [`--config=${this.file('kube-proxy.json')}`]);
  }

  private daemon(name: string, program: string, args: readonly string[]): Daemon {
    const [enter, ...rest] = this.inside(program, args);
    return this.cluster.daemon(`${this.name}-${name}`, enter, rest);
  }

  private inside(program: string, args: readonly string[]): [string, ...string[]] {
    const namespace = (name: string) => `/proc/${this.namespaces.pid}/ns/${name}`;
    const enter = [
      `--net=${namespace('net')}`,
      `--mount=${namespace('mnt')}`,
      `--pid=${namespace('pid_for_children')}`,
    ];
    return ['nsenter', ...enter, '--', program, ...args];
  }

  private readonly file = (name: string): string => join(this.directory, name);
}

interface NodeObject {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

const unshared = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * What containerd, its plugins and the kubelet write at fixed paths of the machine ends with the node. A shell, because
 * it reaps orphans.
 */
const firstProcess = `
set -e
mount --make-rshared /
for path in /run /var/lib /var/log; do mount -t tmpfs tmpfs $path; done
touch "$1"
while :; do sleep 3600; done`;

function nodeName(index: number): string {
  return `node-${index}`;
}
