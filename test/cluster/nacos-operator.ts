import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { read } from './manifests.js';
import type { NacosPods } from './nacos-pods.js';
import type { TestCluster } from './test-cluster.js';

const eventually = { timeout: 60_000, interval: 200 };
/** Who the operator is to the API server. */
export const account = 'system:serviceaccount:nacos-operator:nacos-operator';

/** The program in dist/, run as its ServiceAccount may. */
export class NacosOperator {
  private child: ChildProcess | undefined;

  constructor(
    private readonly cluster: TestCluster,
    readonly pods: NacosPods,
  ) {}

  async install(): Promise<void> {
    const { cluster } = this;
    await cluster.kubectl(['apply', '--server-side', '-f', join(__dirname, '../../dist/00-crds.k8s.yaml')]);
    // `kubectl wait` fails on a definition that has no conditions yet.
    const served = () => cluster.kubectl(['get', 'nacos']).catch(() => undefined);
    await expect.poll(served, eventually).toBeDefined();
    // Its Deployment would only have fake pods.
    const items = read('dist/10-operator.k8s.yaml').filter(({ kind }) => kind !== 'Deployment');
    await cluster.kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );
  }

  async start(): Promise<void> {
    const { controlPlane, namespace } = this.cluster;
    const { binaryData } = read('dist/10-operator.k8s.yaml').find(({ kind }) => kind === 'ConfigMap') as ConfigMap;
    // Here because it reads a kubeconfig, unlike in a pod: the package for that is not in the bundle.
    const program = join(__dirname, '../../build', `operator-${namespace}.cjs`);
    writeFileSync(program, gunzipSync(Buffer.from(Object.values(binaryData ?? {})[0] ?? '', 'base64')));
    const KUBECONFIG = await controlPlane.serviceAccountKubeconfig('nacos-operator', 'nacos-operator');
    const log = openSync(join(controlPlane.directory, 'log', 'nacos-operator.log'), 'a');
    const env = { ...process.env, KUBECONFIG, WATCH_NAMESPACES: namespace, PORT: '0' };
    this.child = spawn(process.execPath, [program], { env, stdio: ['ignore', log, log] });
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null && this.child.kill('SIGTERM')) await once(this.child, 'exit');
  }

  /** What it has written since some request. */
  writes(since = 0): string[] {
    return this.cluster
      .audit(account)
      .slice(since)
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
  }
}
