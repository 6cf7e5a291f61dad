import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ConfigMap, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { programFile, synth } from '../synth.js';
import { test as base, testAlone as baseAlone } from './fixture.js';
import { read } from './manifests.js';
import { NacosPods } from './nacos-pods.js';
import type { AuditEvent, TestCluster } from './test-cluster.js';

const root = join(__dirname, '../..');

/** For polls: machines are slow at times. */
export const eventually = { timeout: 60_000, interval: 200 };
/** The operator's user, to the API server. */
const account = 'system:serviceaccount:nacos-operator:nacos-operator';

/** The program that synth packs, run as its ServiceAccount may. */
export class Operator {
  private child: ChildProcess | undefined;

  constructor(
    private readonly cluster: TestCluster,
    readonly pods: NacosPods,
  ) {}

  async install(): Promise<void> {
    await this.define();
    // Without its Deployment, which would only have fake pods.
    const file = join(synth(), '10-operator.k8s.yaml');
    await this.cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', file]);
  }

  /** Resolves when the API server knows what a Nacos is. */
  async define(): Promise<void> {
    const { cluster } = this;
    await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', join(synth(), '00-crds.k8s.yaml')]);
    // `kubectl wait` fails on a definition that has no conditions yet.
    const served = () => cluster.kubectl(['get', 'nacos']).catch(() => undefined);
    await expect.poll(served, eventually).toBeDefined();
  }

  async start(): Promise<void> {
    const { controlPlane, namespace } = this.cluster;
    // Here because it reads a kubeconfig, unlike in a pod: the package for that is not in the bundle.
    const program = join(root, 'build', `operator-${namespace}.cjs`);
    mkdirSync(dirname(program), { recursive: true });
    const { binaryData } = read(join(synth(), programFile)).find(({ kind }) => kind === 'ConfigMap') as ConfigMap;
    writeFileSync(program, gunzipSync(Buffer.from(Object.values(binaryData ?? {})[0] ?? '', 'base64')));
    const KUBECONFIG = await controlPlane.serviceAccountKubeconfig('nacos-operator', 'nacos-operator');
    const log = openSync(join(controlPlane.directory, 'log', 'nacos-operator.log'), 'a');
    const env = { ...process.env, KUBECONFIG, WATCH_NAMESPACES: namespace, PORT: '0' };
    this.child = spawn(process.execPath, [program], { env, stdio: ['ignore', log, log] });
    controlPlane.adopt(this.child);
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null && this.child.kill('SIGTERM')) await once(this.child, 'exit');
  }

  /** As when its node fails: it says nothing any more, and finishes nothing. */
  async kill(): Promise<void> {
    if (this.child?.exitCode === null && this.child.kill('SIGKILL')) await once(this.child, 'exit');
  }

  /** What it asked of the API server so far; operators of other test files have the same account. */
  requests(): AuditEvent[] {
    const { namespace } = this.cluster;
    return this.cluster.audit(account).filter(({ requestURI }) => requestURI.includes(`/namespaces/${namespace}/`));
  }

  /** What it has written since some request. */
  writes(since = 0): string[] {
    return this.requests()
      .slice(since)
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
  }
}

/** A test whose pods are served by stand-ins, with the operator at work in its namespace. */
export const test = withOperator(base);

/** The same on a control plane of the file's own. */
export const testAlone = withOperator(baseAlone);

function withOperator(from: typeof base) {
  return from
    .extend('pods', { scope: 'file' }, ({ cluster }) => {
      const pods = new NacosPods(cluster);
      cluster.kubelet.script({ labels: { component: 'nacos' } }, pods);
      return pods;
    })
    .extend('operator', { scope: 'file' }, async ({ cluster, pods }, { onCleanup }) => {
      const operator = new Operator(cluster, pods);
      await operator.install();
      await operator.start();
      onCleanup(() => operator.stop());
      return operator;
    });
}

export function nacosOf(cluster: TestCluster, name: string): Promise<NacosObject> {
  return cluster.api.get(`/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos/${name}`);
}

export async function apply(cluster: TestCluster, name: string, spec: object): Promise<void> {
  const manifest = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name }, spec };
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
}

/** For `expect.poll`. */
export function phase(cluster: TestCluster, name: string): () => Promise<string | undefined> {
  return async () => (await nacosOf(cluster, name)).status?.phase;
}

export async function conditionOf(cluster: TestCluster, name: string, type: string) {
  const { status } = await nacosOf(cluster, name);
  return status?.conditions?.find((one) => one.type === type);
}

/** The servers' pods that are not on their way out. */
export async function podsOf(cluster: TestCluster, name: string): Promise<Pod[]> {
  const selector = encodeURIComponent(`app=${name},component=nacos`);
  const { items } = await cluster.api.list<Pod>(
    `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=${selector}`,
  );
  return items.filter(({ metadata }) => !metadata?.deletionTimestamp);
}
