import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { eventually, testExample } from '../../../../test/cluster/example.js';
import { isolated } from '../../../../test/cluster/network.js';
import { EtcdPods } from './etcd-pods.js';

const etcd = new EtcdPods();
const base = testExample('etcdcluster');
base.beforeAll(({ cluster }) => {
  cluster.kubelet.script({ labels: { etcd_cluster: 'example' } }, etcd);
});

// Outside a network namespace the addresses of played pods lead nowhere.
const test = base.skipIf(!isolated());

test('the sample becomes three members of the asked version, added one at a time', async ({ sample, cluster }) => {
  await expect.poll(() => etcd.changes, eventually).toEqual(['add example-1', 'add example-2']);
  await sample.ready('etcdcluster/example');
  const { spec } = await sample.get<StatefulSet>('statefulset/example');
  expect(spec?.replicas).toBe(3);
  expect(spec?.template.spec?.containers[0]?.image).toBe('quay.io/coreos/etcd:v3.2.13');
  expect(etcd.members.map(({ name }) => name)).toEqual(['example-0', 'example-1', 'example-2']);
  expect(await cluster.kubectl(['get', 'etcdclusters'])).toMatch(/NAME +SIZE +READY +VERSION\nexample +3 +3 +3\.2\.13/);
});

test('once all have joined, no member can start with an empty volume', async ({ sample }) => {
  const { data } = await sample.get<ConfigMap>('configmap/example-bootstrap');
  expect(data).toEqual({ ETCD_INITIAL_CLUSTER: '', ETCD_INITIAL_CLUSTER_STATE: 'existing' });
});

test('a smaller size removes the last members from etcd, then their pods', async ({ sample, cluster }) => {
  await sample.edit('etcdcluster/example', { spec: { size: 1 } });
  await expect.poll(() => etcd.changes.slice(2), eventually).toEqual(['remove example-2', 'remove example-1']);
  const pods = () => cluster.kubectl(['get', 'pods', '-o=name']);
  await expect.poll(pods, eventually).toBe('pod/example-0\n');
});

test('no answer is no reason to change anything', async ({ sample, cluster }) => {
  await etcd.stop({ name: 'example-0' });
  await sample.edit('etcdcluster/example', { spec: { size: 3 } });
  const seen = '{.metadata.generation} {.status.observedGeneration} {.status.members}';
  const state = () => cluster.kubectl(['get', 'etcdcluster', 'example', `-o=jsonpath=${seen}`]);
  await expect.poll(state, eventually).toMatch(/^(\d+) \1 \["example-0"\]$/);
  expect(etcd.changes).toHaveLength(4);
});

test('the operator was never refused anything', async ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
