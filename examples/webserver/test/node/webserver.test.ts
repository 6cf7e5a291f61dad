import { join } from 'node:path';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { testOnNodes } from '../../../../test/node/fixture.js';
import type { NodeCluster } from '../../../../test/node/node-cluster.js';
import { synth } from '../../../../test/synth.js';

const example = join(__dirname, '../..');
const namespace = '--namespace=webserver-operator';
const test = testOnNodes(2);

test.beforeAll(async ({ cluster }) => {
  await cluster.kubectl(['apply', '--filename', synth('examples/webserver')]);
});

test('dist/ runs as it is: two replicas under Pod Security "restricted", each on a node of its own, from a stock image', async ({
  cluster,
}) => {
  await cluster.kubectl([namespace, 'rollout', 'status', 'deployment/webserver-operator', '--timeout=120s']);
  const replicas = await pods(cluster);
  expect(replicas.map(({ status }) => status?.containerStatuses?.[0]?.restartCount)).toEqual([0, 0]);
  expect(new Set(replicas.map(({ spec }) => spec?.nodeName)).size).toBe(2);
});

test('the operator in its pod makes the children of a WebServer', async ({ cluster }) => {
  await cluster.kubectl(['apply', '--filename', join(example, 'webserver.yaml')]);
  const children = ['deployment/webserver-sample', 'service/webserver-sample-service'];
  await cluster.kubectl(['wait', '--for=create', '--timeout=30s', ...children]);
});

test('when the leader is deleted, the other replica leads and goes on', async ({ cluster }) => {
  const before = await leader(cluster);
  await cluster.kubectl([namespace, 'delete', 'pod', before, '--wait=false']);
  await expect
    .poll(() => leader(cluster), { timeout: 30_000, interval: 200 })
    .not.toMatch(new RegExp(`^(${before})?$`));
  await cluster.kubectl(['scale', 'webserver/webserver-sample', '--replicas=1']);
  const replicas = () => cluster.kubectl(['get', 'deployment', 'webserver-sample', '-o=jsonpath={.spec.replicas}']);
  await expect.poll(replicas, { timeout: 30_000, interval: 200 }).toBe('1');
});

test('every replica has metrics', async ({ cluster }) => {
  const [pod] = await pods(cluster);
  const proxy = `/api/v1/namespaces/webserver-operator/pods/${pod?.metadata?.name}:8080/proxy/metrics`;
  expect(await cluster.kubectl(['get', '--raw', proxy])).toContain('controller_runtime_reconcile_total');
});

async function pods(cluster: NodeCluster): Promise<Pod[]> {
  const list = JSON.parse(await cluster.kubectl([namespace, 'get', 'pods', '-o=json'])) as { items: Pod[] };
  return list.items.filter(({ metadata }) => !metadata?.deletionTimestamp);
}

async function leader(cluster: NodeCluster): Promise<string> {
  const lease = JSON.parse(
    await cluster.kubectl([namespace, 'get', 'lease', 'webserver-operator', '-o=json']),
  ) as Lease;
  return lease.spec?.holderIdentity ?? '';
}
