import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Api, WatchEvent } from './api.js';
import { FakeNode } from './fake-node.js';
import { FakePod } from './fake-pod.js';
import { FakeVolumes, type ResizeBehaviour } from './fake-volumes.js';
import { complete, type PodScript, ready } from './pod-scripts.js';

export interface FakeKubeletOptions {
  /** @default 1 */
  readonly nodes?: number;
  /** Start of the nodes' names. @default fake */
  readonly name?: string;
  /** Of the nodes. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Which pods a script is for; all that is given must match. */
export interface PodSelector {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Plays the kubelets of nodes that have no machine: real objects, real controllers and scheduler, no containers. */
export class FakeKubelet {
  private readonly scripts: { readonly selector: PodSelector; readonly script: PodScript }[] = [];
  private readonly nodes = new Map<string, FakeNode>();
  private readonly pods = new Map<string, FakePod>();
  private readonly addresses = new Set<string>();
  private readonly ending = new AbortController();
  private readonly failures: unknown[] = [];

  private constructor(
    private readonly api: Api,
    private readonly volumes: FakeVolumes,
  ) {}

  /** Resolves when the nodes are ready. */
  static async start(
    api: Api,
    { nodes = 1, name = 'fake', labels = {} }: FakeKubeletOptions = {},
  ): Promise<FakeKubelet> {
    const ownNodes = new Set<string>();
    const kubelet = new FakeKubelet(api, new FakeVolumes(api, (node) => ownNodes.has(node)));
    for (let number = 1; number <= nodes; number++) {
      const node = await FakeNode.join(api, `${name}-${number}`, labels);
      ownNodes.add(node.name);
      kubelet.nodes.set(node.name, node);
      const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${node.name}`;
      await api.follow<Pod>(path, (event) => kubelet.onPod(node, event), kubelet.ending.signal);
    }
    await kubelet.volumes.start(kubelet.ending.signal);
    return kubelet;
  }

  /**
   * Pods that `selector` matches play `script`; of several the one registered last. Decided when a pod is bound to a
   * node. Without any, pods of Jobs succeed at once and all others are ready at once.
   */
  script(selector: PodSelector, script: PodScript): void {
    this.scripts.unshift({ selector, script });
  }

  /** Volumes that are made larger do so, or do not. @default at once */
  resizeVolumes(behaviour: ResizeBehaviour): void {
    this.volumes.resize = behaviour;
  }

  /** A pod on one of the nodes, to let it do something now. Throws when there is none. */
  pod(namespace: string, name: string): FakePod {
    for (const pod of this.pods.values()) if (pod.namespace === namespace && pod.name === name) return pod;
    throw new Error(`no pod ${namespace}/${name} on ${[...this.nodes.keys()].join(', ')}`);
  }

  get nodeNames(): string[] {
    return [...this.nodes.keys()];
  }

  /** New pods stay pending from now on. */
  async stopScheduling(): Promise<void> {
    for (const node of this.nodes.values()) await node.cordon();
  }

  async resumeScheduling(): Promise<void> {
    for (const node of this.nodes.values()) await node.uncordon();
  }

  /** The machine is gone: its pods are no longer ready, and hang when deleted, until they are removed by force. */
  async loseNode(name: string): Promise<void> {
    await this.node(name).lose();
    const pods = await this.api.list<Pod>(`/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
    // What the node lifecycle controller does when it finds a node silent.
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: new Date().toISOString() }];
    for (const { metadata } of pods.items) {
      const path = `/api/v1/namespaces/${metadata?.namespace}/pods/${metadata?.name}/status`;
      await this.api.patch(path, { status: { conditions } }, 'strategic');
    }
  }

  /** The machine is back, rebooted: what was bound to it starts again. */
  async recoverNode(name: string): Promise<void> {
    const node = this.node(name);
    const boundPods = () => this.api.list<Pod>(`/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
    // Before the scheduler may use the node: a pod that it binds then starts once.
    const interrupted = await boundPods();
    await node.recover();
    for (const { metadata } of interrupted.items) this.forget(metadata?.uid ?? '');
    for (const object of (await boundPods()).items) this.onPod(node, { type: 'ADDED', object });
  }

  /** Removes the nodes and what runs on them. Throws when a script failed. */
  async stop(): Promise<void> {
    this.abandon();
    await Promise.all([...this.pods.values()].map((pod) => pod.remove()));
    for (const node of this.nodes.values()) await node.remove();
    if (this.failures.length > 0) throw new AggregateError(this.failures, 'the script of a pod failed');
  }

  /** Stops playing and leaves everything in the cluster as it is. */
  abandon(): void {
    this.ending.abort();
    for (const node of this.nodes.values()) node.silence();
    for (const pod of this.pods.values()) pod.leave();
  }

  private onPod(node: FakeNode, { type, object }: WatchEvent<Pod>): void {
    const uid = object.metadata?.uid ?? '';
    if (type === 'DELETED') this.forget(uid);
    if ((type !== 'ADDED' && type !== 'MODIFIED') || node.lost) return;
    const known = this.pods.get(uid);
    const deleting = object.metadata?.deletionTimestamp !== undefined;
    if (!known) this.admit(node, object, deleting);
    else if (deleting && !known.left) this.terminate(known);
  }

  private admit(node: FakeNode, manifest: Pod, deleting: boolean): void {
    const finished = manifest.status?.phase === 'Succeeded' || manifest.status?.phase === 'Failed';
    if (finished && !deleting) return;
    const address = manifest.status?.podIP ?? node.takeAddress((taken) => this.addresses.has(taken));
    const pod = new FakePod(this.api, manifest, address);
    this.pods.set(pod.uid, pod);
    this.addresses.add(address);
    if (deleting) this.terminate(pod);
    else this.play(pod, (script) => script.start(pod));
  }

  private terminate(pod: FakePod): void {
    pod.leave();
    this.play(pod, async (script) => {
      await script.stop?.(pod);
      await pod.remove();
    });
  }

  private play(pod: FakePod, part: (script: PodScript) => Promise<void>): void {
    part(this.scriptOf(pod.manifest)).catch((error) => {
      if (error.name === 'AbortError' || this.ending.signal.aborted) return;
      this.failures.push(error);
      process.stderr.write(`fake pod ${pod.namespace}/${pod.name}: ${error}\n`);
    });
  }

  private scriptOf({ metadata = {} }: Pod): PodScript {
    const found = this.scripts.find(
      ({ selector: { namespace, name, labels = {} } }) =>
        (namespace ?? metadata.namespace) === metadata.namespace &&
        (name ?? metadata.name) === metadata.name &&
        Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
    );
    if (found) return found.script;
    return metadata.ownerReferences?.some(({ kind }) => kind === 'Job') ? complete() : ready();
  }

  private forget(uid: string): void {
    const pod = this.pods.get(uid);
    pod?.leave();
    this.pods.delete(uid);
    if (pod) this.addresses.delete(pod.address);
  }

  private node(name: string): FakeNode {
    const node = this.nodes.get(name);
    if (!node) throw new Error(`no node ${name} among ${this.nodeNames.join(', ')}`);
    return node;
  }
}
