import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { type Api, Refused } from './api.js';
import { nodePrefix } from './network.js';

const capacity = { cpu: '1000', memory: '4Ti', 'ephemeral-storage': '100Ti', pods: '4000' };
const heartbeatEvery = 10_000;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/** A node without a machine: it beats, and hands out addresses. */
export class FakeNode {
  private timer: NodeJS.Timeout | undefined;
  private nextAddress = 0;

  private constructor(
    private readonly api: Api,
    readonly name: string,
    /** First address of its part of the pod range, as a number. */
    private readonly firstAddress: number,
  ) {}

  static async join(api: Api, name: string, labels: Readonly<Record<string, string>>): Promise<FakeNode> {
    await api.create('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } },
    });
    const node = new FakeNode(api, name, await firstAddress(api, name));
    await node.recover();
    return node;
  }

  get lost(): boolean {
    return this.timer === undefined;
  }

  /** @returns an address that no living pod of the node has */
  takeAddress(taken: (address: string) => boolean): string {
    for (let tries = 0; tries < 2 ** (32 - nodePrefix); tries++) {
      this.nextAddress = (this.nextAddress % (2 ** (32 - nodePrefix) - 2)) + 1;
      const number = this.firstAddress + this.nextAddress;
      const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
      if (!taken(address)) return address;
    }
    throw new Error(`node ${this.name} has no address left`);
  }

  /** Beats (again). */
  async recover(): Promise<void> {
    await this.beat();
    await this.report('True', 'KubeletReady', 'the fake kubelet is posting ready status');
    this.timer = setInterval(() => this.beat().catch(() => {}), heartbeatEvery);
    this.timer.unref();
  }

  /** Falls silent; says at once what the controller manager would find out after 50 s. */
  async lose(): Promise<void> {
    this.silence();
    await this.report('Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.');
  }

  /** Takes pods again. */
  async uncordon(): Promise<void> {
    await this.api.patch(`/api/v1/nodes/${this.name}`, { spec: { unschedulable: null } });
  }

  /**
   * Takes pods no longer. Resolves once the scheduler has noticed: until then it may still bind a new pod (measured: 2
   * of 30).
   */
  async cordon(): Promise<void> {
    await this.api.patch(`/api/v1/nodes/${this.name}`, { spec: { unschedulable: true } });
    const until = Date.now() + 120_000;
    while (await this.takesProbe(until))
      if (Date.now() > until)
        throw new Error(`node ${this.name} was cordoned, and 120 s later still takes pods: does the scheduler run?`);
  }

  async remove(): Promise<void> {
    this.silence();
    await this.api.delete(`/api/v1/nodes/${this.name}`);
  }

  silence(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Whether the scheduler binds a pod to this node that fits on no other. */
  private async takesProbe(until: number): Promise<boolean> {
    const { metadata = {} } = await this.api.create<Pod>('/api/v1/namespaces/default/pods', {
      metadata: { generateName: 'probe-' },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': this.name },
        containers: [{ name: 'main', image: 'example.com/main' }],
      },
    });
    const path = `/api/v1/namespaces/default/pods/${metadata.name}`;
    try {
      while (Date.now() < until) {
        const { status } = await this.api.get<Pod>(path);
        const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
        if (scheduled) return scheduled.status === 'True';
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return true;
    } finally {
      await this.api.delete(path, { gracePeriodSeconds: 0 });
    }
  }

  private async report(status: 'True' | 'Unknown', reason: string, message: string): Promise<void> {
    const now = new Date().toISOString();
    const condition = { type: 'Ready', status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now };
    const addresses = [{ type: 'Hostname', address: this.name }];
    const body = { status: { capacity, allocatable: capacity, addresses, conditions: [condition] } };
    await this.api.patch(`/api/v1/nodes/${this.name}/status`, body, 'strategic');
  }

  private async beat(): Promise<void> {
    // Times of leases have microseconds.
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: this.name, leaseDurationSeconds: 40, renewTime };
    try {
      await this.api.patch(`${leases}/${this.name}`, { spec });
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: this.name }, spec };
      await this.api.create(leases, lease);
    }
  }
}

/** The controller manager gives each node its part of the pod range a moment after it appears. */
async function firstAddress(api: Api, name: string): Promise<number> {
  for (const until = Date.now() + 120_000; Date.now() < until; ) {
    const { spec } = await api.get<Node>(`/api/v1/nodes/${name}`);
    const octets = spec?.podCIDR?.split('/')[0]?.split('.').map(Number);
    if (octets) return octets.reduce((number, octet) => number * 256 + octet, 0);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`node ${name} was given no pod addresses within 120 s: does the controller manager run?`);
}
