import { join } from 'node:path';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { expect } from 'vitest';
import { nodeAddress } from '../node-network.js';
import { database, testWithOperator } from './operated-cluster.js';

const test = testWithOperator(3);
const sample = (name: string) => join(__dirname, '..', '..', 'samples', `${name}.yaml`);
const soon = { timeout: 60_000, interval: 200 };

test('the operator runs from dist/ in two pods, and one of them leads', async ({ operated }) => {
  const output = '--output=jsonpath={.items[?(@.status.phase=="Running")].metadata.name}';
  const pods = (await operated.kubectl(['get', 'pods', '-n', 'nacos-operator', output])).split(' ');
  expect(pods).toHaveLength(2);
  const lease = async () =>
    JSON.parse(
      await operated.kubectl(['get', 'lease', 'nacos-operator', '-n', 'nacos-operator', '-o', 'json']),
    ) as Lease;
  const { spec } = await lease();
  expect(pods.some((pod) => spec?.holderIdentity?.startsWith(pod))).toBe(true);
});

test('both samples come up as users wrote them, and kubectl shows the table that they expect', async ({ operated }) => {
  await operated.kubectl(['apply', '-f', sample('nacos-single'), '-f', sample('nacos-cluster')]);
  await expect
    .poll(() => operated.row('nacos-cluster'), soon)
    .toEqual(['nacos-cluster', '3', 'Creating', 'cluster', 'mysql', '']);
  await expect
    .poll(() => operated.row('nacos-single'), soon)
    .toEqual(['nacos-single', '1', 'Creating', 'standalone', 'embedded', '']);
  expect(await operated.kubectl(['get', 'nacos'])).toMatch(
    /^NAME +REPLICAS +READY +TYPE +DBTYPE +VERSION +CREATETIME\n/,
  );
  // The servers of a cluster wait for their tables, and those for the database.
  await expect
    .poll(async () => (await operated.condition('nacos-cluster', 'SchemaReady'))?.reason, soon)
    .toBe('Waiting');
  expect(await operated.kubectl(['get', 'pods', '-l', 'app=nacos-cluster', '-o', 'name'])).toBe('');
  // It asks for no part of a processor, so nothing else should start beside it.
  await operated.running('nacos-single');
  await operated.nodes.apply(...database('mysql', 'mariadb:10.11', 'change-me'));
  await operated.running('nacos-cluster');
  expect(await operated.row('nacos-single')).toEqual([
    'nacos-single',
    '1',
    'Running',
    'standalone',
    'embedded',
    '2.0.4',
  ]);
  expect(await operated.row('nacos-cluster')).toEqual(['nacos-cluster', '3', 'Running', 'cluster', 'mysql', '2.0.4']);
  const { status } = await operated.nacos('nacos-cluster');
  expect(status?.members?.map(({ pod, state, version }) => [pod, state, version])).toEqual(
    [0, 1, 2].map((ordinal) => [`nacos-cluster-${ordinal}`, 'UP', '2.0.4']),
  );
  await operated.kubectl(['wait', '--for=condition=Ready', 'nacos/nacos-single', 'nacos/nacos-cluster']);
});

test('the console answers on a node port', async ({ operated }) => {
  const patch = JSON.stringify({ spec: { console: { nodePort: 30080 } } });
  for (const [name, port] of [
    ['nacos-single', 30080],
    ['nacos-cluster', 30081],
  ] as const) {
    await operated.kubectl(['patch', 'nacos', name, '--type=merge', '-p', patch.replace('30080', String(port))]);
    const page = () => fetch(`http://${nodeAddress(1)}:${port}/nacos/`).then((answer) => answer.text(), String);
    await expect.poll(page, soon).toContain('<title>Nacos</title>');
  }
});

test('what applications registered and published is still there after a pod was deleted', async ({ operated }) => {
  await operated.startClient('of-single', 'nacos-single', { publish: 'hello' });
  await operated.startClient('of-cluster', 'nacos-cluster-client', { publish: 'hello' });
  for (const client of ['of-single', 'of-cluster']) await operated.clientSees(client, 'hello');
  await Promise.all([operated.replacePod('nacos-single-0'), operated.replacePod('nacos-cluster-1')]);
  for (const client of ['of-single', 'of-cluster']) await operated.clientSees(client, 'hello');
  await operated.running('nacos-single', 'nacos-cluster');
});
