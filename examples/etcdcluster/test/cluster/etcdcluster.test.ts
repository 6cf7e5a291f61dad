import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { test as base } from '../../../../test/cluster/fixture.js';
import { isolated } from '../../../../test/cluster/network.js';
import type { TestCluster } from '../../../../test/cluster/test-cluster.js';
import { EtcdPods } from './etcd-pods.js';

const example = join(__dirname, '../..');
const eventually = { timeout: 60_000, interval: 200 };

/** The operator as `npm start` runs it, with the permissions that `dist/` gives it, and the sample applied. */
const test = base.extend('etcd', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  const etcd = new EtcdPods();
  cluster.kubelet.script({ labels: { etcd_cluster: 'example' } }, etcd);
  await cluster.kubectl(['apply', '-f', join(example, 'dist'), '--namespace=etcd-operator']);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd/etcdclusters.etcd.database.coreos.com']);
  const operator = await start(cluster);
  onCleanup(async () => {
    if (operator.exitCode === null && operator.kill('SIGTERM')) await once(operator, 'exit');
  });
  await cluster.kubectl(['apply', '-f', join(example, 'etcdcluster.yaml')]);
  await expect.poll(() => etcd.changes, eventually).toEqual(['add example-1', 'add example-2']);
  await ready(cluster);
  return etcd;
});

async function start({ controlPlane, namespace }: TestCluster): Promise<ChildProcess> {
  const log = openSync(join(controlPlane.directory, 'log', 'etcd-operator.log'), 'a');
  const kubeconfig = await controlPlane.serviceAccountKubeconfig('etcd-operator', 'etcd-operator');
  const args = ['--conditions=cdk8s-source', '--import', 'tsx', 'operator.ts'];
  const env = { ...process.env, KUBECONFIG: kubeconfig, WATCH_NAMESPACES: namespace, PORT: '0' };
  return spawn(process.execPath, args, { cwd: example, env, stdio: ['ignore', log, log] });
}

function ready(cluster: TestCluster): Promise<string> {
  return cluster.kubectl(['wait', '--for=condition=Ready', 'etcdcluster/example', '--timeout=60s']);
}

function read<T>({ api, namespace }: TestCluster, group: string, path: string): Promise<T> {
  return api.get(`/${group}/namespaces/${namespace}/${path}`);
}

// Outside a network namespace the addresses of played pods lead nowhere.
const played = test.skipIf(!isolated());

played('the sample becomes three members of the asked version, added one at a time', async ({ etcd, cluster }) => {
  const { spec } = await read<StatefulSet>(cluster, 'apis/apps/v1', 'statefulsets/example');
  expect(spec?.replicas).toBe(3);
  expect(spec?.template.spec?.containers[0]?.image).toBe('quay.io/coreos/etcd:v3.2.13');
  expect(etcd.members.map(({ name }) => name)).toEqual(['example-0', 'example-1', 'example-2']);
  expect(await cluster.kubectl(['get', 'etcdclusters'])).toMatch(/NAME +SIZE +READY +VERSION\nexample +3 +3 +3\.2\.13/);
});

played('once all have joined, nobody can start with an empty volume', async ({ etcd, cluster }) => {
  const { data } = await read<ConfigMap>(cluster, 'api/v1', 'configmaps/example-bootstrap');
  expect(etcd.changes.length).toBeGreaterThan(0);
  expect(data).toEqual({ ETCD_INITIAL_CLUSTER: '', ETCD_INITIAL_CLUSTER_STATE: 'existing' });
});

played('a smaller size removes the last members from etcd, then their pods', async ({ etcd, cluster }) => {
  await cluster.kubectl(['patch', 'etcdcluster', 'example', '--type=merge', '-p={"spec":{"size":1}}']);
  await expect.poll(() => etcd.changes.slice(2), eventually).toEqual(['remove example-2', 'remove example-1']);
  const pods = () => cluster.kubectl(['get', 'pods', '-o=name']);
  await expect.poll(pods, eventually).toBe('pod/example-0\n');
});

played('no answer is no reason to change anything', async ({ etcd, cluster }) => {
  await etcd.stop({ name: 'example-0' } as never);
  await cluster.kubectl(['patch', 'etcdcluster', 'example', '--type=merge', '-p={"spec":{"size":3}}']);
  const seen = '{.metadata.generation} {.status.observedGeneration} {.status.members}';
  const state = () => cluster.kubectl(['get', 'etcdcluster', 'example', `-o=jsonpath=${seen}`]);
  await expect.poll(state, eventually).toMatch(/^(\d+) \1 \["example-0"\]$/);
  expect(etcd.changes).toHaveLength(4);
});
