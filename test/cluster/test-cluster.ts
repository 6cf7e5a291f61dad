import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Namespace } from 'kubernetes-types/core/v1.js';
import type { Api } from './api.js';
import type { ControlPlane } from './control-plane.js';
import { FakeKubelet } from './fake-kubelet.js';
import { readKubeconfig, withNamespace, writeKubeconfig } from './kubeconfig.js';

const nodeLabel = 'fake-kubelet';

/** A request that the API server has answered; see `audit.k8s.io/v1` Event. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly userAgent?: string;
}

/** A part of a running control plane: namespaces whose pods run on fake nodes that serve no others. */
export class TestCluster {
  private readonly namespaces: string[] = [];

  private constructor(
    readonly controlPlane: ControlPlane,
    /** Exists already; see createNamespace for more. */
    readonly namespace: string,
    readonly kubelet: FakeKubelet,
    /** Path of the administrator's kubeconfig, with `namespace` for commands that name none. */
    readonly kubeconfig: string,
  ) {
    this.namespaces.push(namespace);
  }

  /** @param name start of the names of namespaces and nodes */
  static async create(controlPlane: ControlPlane, name: string, nodes = 1): Promise<TestCluster> {
    const namespace = await createNamespace(controlPlane.api, { generateName: `${name.slice(0, 40)}-` });
    const options = { nodes, name: namespace, labels: { [nodeLabel]: namespace } };
    const kubelet = await FakeKubelet.start(controlPlane.api, options);
    await controlPlane.api.patch(`/api/v1/namespaces/${namespace}`, { metadata: { annotations: onNodes(namespace) } });
    const admin = withNamespace(readKubeconfig(controlPlane.kubeconfig), namespace);
    const kubeconfig = writeKubeconfig(join(dirname(controlPlane.kubeconfig), `${namespace}.yaml`), admin);
    return new TestCluster(controlPlane, namespace, kubelet, kubeconfig);
  }

  /** The API server as the administrator. */
  get api(): Api {
    return this.controlPlane.api;
  }

  /** Another namespace whose pods run on the same nodes. @returns its name, which starts with `namespace` */
  async createNamespace(): Promise<string> {
    const metadata = { generateName: `${this.namespace}-`, annotations: onNodes(this.namespace) };
    const namespace = await createNamespace(this.api, metadata);
    this.namespaces.push(namespace);
    return namespace;
  }

  /** Standard output of kubectl, with `input` as standard input. Throws with what it wrote to standard error. */
  async kubectl(args: readonly string[], input = ''): Promise<string> {
    const env = { ...process.env, KUBECONFIG: this.kubeconfig };
    const running = promisify(execFile)(this.controlPlane.kubectl, args, { env, maxBuffer: 1 << 28 });
    // It may end without reading its input, and says why.
    running.child.stdin?.on('error', () => {}).end(input);
    return (await running).stdout;
  }

  /** What `user` asked of the API server so far. Needs a control plane with `audit`. */
  audit(user: string): AuditEvent[] {
    return readFileSync(join(this.controlPlane.directory, 'log', 'audit.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes(user))
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter((event) => event.user.username === user);
  }

  async remove(): Promise<void> {
    for (const namespace of this.namespaces) await this.api.delete(`/api/v1/namespaces/${namespace}`);
    await this.kubelet.stop();
    this.api.close();
  }
}

/** See admission plugin PodNodeSelector. */
function onNodes(of: string): Readonly<Record<string, string>> {
  return { 'scheduler.alpha.kubernetes.io/node-selector': `${nodeLabel}=${of}` };
}

async function createNamespace(api: Api, metadata: Namespace['metadata']): Promise<string> {
  const created = await api.create<Namespace>('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  const name = created.metadata?.name ?? '';
  // Pods are refused until the namespace has its service account.
  for (const until = Date.now() + 120_000; Date.now() < until; ) {
    const found = await api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`).catch(() => undefined);
    if (found) return name;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`namespace ${name} got no service account within 120 s: does the controller manager run?`);
}
