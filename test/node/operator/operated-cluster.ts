import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod, Secret } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import type { NacosObject } from '../../../lib/resource/nacos.js';
import { programFile, synth } from '../../synth.js';
import { testOnNodes } from '../fixture.js';
import { pod, restricted } from '../manifests.js';
import type { NodeCluster } from '../node-cluster.js';

export const root = join(__dirname, '..', '..', '..');

/** Starts of servers take as long as the machine lets them. */
const patience = { timeout: 600_000, interval: 500 };

/**
 * `test('…', async ({ operated }) => …)` on that many real nodes of the file's own, with the operator in its own pods.
 */
export function testWithOperator(nodes: number) {
  return testOnNodes(nodes).extend('operated', { scope: 'file' }, ({ cluster }) => OperatedCluster.install(cluster));
}

/** Real nodes with the operator, and the namespace `nacos` for what users make. */
export class OperatedCluster {
  private constructor(
    readonly nodes: NodeCluster,
    readonly namespace = 'nacos',
  ) {}

  /** As docs/operator.md says. */
  static async install(nodes: NodeCluster): Promise<OperatedCluster> {
    const operated = await OperatedCluster.define(nodes);
    await operated.start();
    return operated;
  }

  /** With the definitions alone. */
  static async define(nodes: NodeCluster): Promise<OperatedCluster> {
    const operated = new OperatedCluster(nodes);
    await operated.kubectl(['config', 'set-context', '--current', `--namespace=${operated.namespace}`]);
    await operated.kubectl(['create', 'namespace', operated.namespace]);
    await operated.applyFiles('00-crds.k8s.yaml');
    return operated;
  }

  /** Resolves when the operator is ready. */
  async start(): Promise<void> {
    await this.applyFiles('10-operator.k8s.yaml', programFile);
    await this.rolledOut();
  }

  private async applyFiles(...files: readonly string[]): Promise<void> {
    for (const file of files) await this.kubectl(['apply', '--server-side', '-f', join(synth(), file)]);
  }

  /** Resolves when all pods of the operator are those of its Deployment, and ready. */
  async rolledOut(): Promise<void> {
    const deployment = ['deployment/nacos-operator', '-n', 'nacos-operator'];
    await this.kubectl(['rollout', 'status', ...deployment, '--timeout=120s']);
  }

  kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.nodes.kubectl(args, input);
  }

  async apply(name: string, spec: object): Promise<void> {
    await this.nodes.apply({ apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name }, spec });
  }

  nacos(name: string): Promise<NacosObject> {
    return this.get(`/apis/nacos.io/v1alpha1/namespaces/${this.namespace}/nacos/${name}`);
  }

  pod(name: string): Promise<Pod> {
    return this.get(`/api/v1/namespaces/${this.namespace}/pods/${name}`);
  }

  /** A value of a Secret. */
  async secret(name: string, key: string): Promise<string> {
    const { data } = await this.get<Secret>(`/api/v1/namespaces/${this.namespace}/secrets/${name}`);
    return Buffer.from(data?.[key] ?? '', 'base64').toString();
  }

  async phase(name: string): Promise<string | undefined> {
    return (await this.nacos(name)).status?.phase;
  }

  condition = async (name: string, type: string) =>
    (await this.nacos(name)).status?.conditions?.find((condition) => condition.type === type);

  /** Fails with what is known of it if it is not Running in time. */
  async running(...names: string[]): Promise<void> {
    for (const name of names) {
      await expect
        .poll(() => this.phase(name), patience)
        .toBe('Running')
        .catch(async (error: Error) => {
          throw new Error(`${error.message}\n${await this.known(name)}`);
        });
    }
  }

  /** The line of `kubectl get nacos` for an instance, without the time. */
  async row(name: string): Promise<string[]> {
    const [header = '', line = ''] = (await this.kubectl(['get', 'nacos', name])).split('\n');
    const starts = [...header.matchAll(/\S+/g)].map(({ index }) => index);
    return starts.map((start, column) => line.slice(start, starts[column + 1]).trim()).slice(0, -1);
  }

  /** An application that stays connected to a Service; see images/nacos-client/README.md. */
  async startClient(name: string, service: string, options: { publish?: string; passwordIn?: string } = {}) {
    const login = options.passwordIn && [
      { name: 'USERNAME', value: 'nacos' },
      {
        name: 'PASSWORD',
        valueFrom: { secretKeyRef: { name: options.passwordIn, key: 'administratorPassword' } },
      },
    ];
    await this.nodes.apply(
      pod(
        name,
        restricted(
          {
            image: 'test/nacos-client:1',
            env: [
              { name: 'SERVER', value: `${service}.${this.namespace}.svc.cluster.local:8848` },
              { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              ...(options.publish ? [{ name: 'PUBLISH', value: options.publish }] : []),
              ...(login || []),
            ],
            volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
          },
          { volumes: [{ name: 'tmp', emptyDir: {} }] },
        ),
      ),
    );
    await this.nodes.podReady(name, 300);
  }

  /** Resolves when the servers answer a client that it is registered, and what the configuration holds. */
  async clientSees(client: string, configuration: string): Promise<void> {
    const { status } = await this.pod(client);
    await expect
      .poll(() => this.kubectl(['logs', client, '--tail=1']), patience)
      .toBe(`greeter=[${status?.podIP}] greeting=${configuration}\n`);
  }

  /** Deletes a pod and resolves when its successor is Ready. */
  async replacePod(name: string): Promise<void> {
    const { metadata } = await this.pod(name);
    await this.kubectl(['delete', 'pod', name]);
    await expect
      .poll(
        () =>
          this.pod(name).then(
            (now) => now.metadata?.uid,
            () => metadata?.uid,
          ),
        patience,
      )
      .not.toBe(metadata?.uid);
    await this.nodes.podReady(name, 600);
  }

  /** Process of a pod's server on this machine. */
  async processOf(podName: string): Promise<number> {
    const { metadata } = await this.pod(podName);
    const inPod = (pid: string) => read(`/proc/${pid}/cgroup`).includes(String(metadata?.uid));
    const found = readdirSync('/proc').find((pid) => read(`/proc/${pid}/comm`) === 'java\n' && inPod(pid));
    if (!found) throw new Error(`no java runs in pod ${podName}`);
    return Number(found);
  }

  /** Everything that the operator has written, and all events. */
  async said(): Promise<string> {
    const logs = ['logs', '-n', 'nacos-operator', '-l', 'app.kubernetes.io/name=nacos-operator', '--tail=-1'];
    return (await this.kubectl(logs)) + (await this.kubectl(['get', 'events', '-A', '-o', 'yaml']));
  }

  private get<T>(path: string): Promise<T> {
    return this.nodes.controlPlane.api.get<T>(path);
  }

  private async known(name: string): Promise<string> {
    const answers = await Promise.all(
      [
        ['get', 'nacos', name, '-o', 'yaml'],
        ['get', 'pods', '-o', 'wide'],
        ['logs', '-l', `app=${name}`, '--tail=15', '--prefix'],
        ['logs', '-n', 'nacos-operator', '-l', 'app.kubernetes.io/name=nacos-operator', '--tail=20'],
      ].map((args) => this.kubectl(args).catch(String)),
    );
    return answers.join('\n');
  }
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
