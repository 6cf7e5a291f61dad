import { delimiter, dirname, join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { command } from '../../../../test/node/command.js';
import { testOnNodes } from '../../../../test/node/fixture.js';
import type { NodeCluster } from '../../../../test/node/node-cluster.js';
import { synth } from '../../../../test/synth.js';

const test = testOnNodes(1);

test.beforeAll(async ({ cluster }) => {
  await up(cluster);
});

async function up({ controlPlane: { kubectl, kubeconfig } }: NodeCluster): Promise<void> {
  const PATH = [dirname(kubectl), process.env.PATH].join(delimiter);
  await command(join(__dirname, '../../up'), [], { env: { PATH, KUBECONFIG: kubeconfig, OPERATOR_DIST: synth() } });
}

test.for([
  ['cart', 'currency: EUR\n'],
  ['orders', 'retries: 3\n'],
])('%s serves the configuration that Nacos was filled with', async ([name = '', configuration], { cluster }) => {
  const script =
    "fetch('http://127.0.0.1:8080').then((answer) => answer.text()).then((text) => process.stdout.write(text))";
  const answer = await cluster.kubectl(['exec', '--namespace=shop', `deployment/${name}`, '--', 'node', '-e', script]);
  expect(answer).toBe(configuration);
});

test('each part waited for the one that it needs: nothing had to be started twice', async ({ cluster }) => {
  const restarts = (await pods(cluster)).map(({ metadata, status }) => {
    const [own] = metadata?.name?.match(/^(mysql|nacos|cart|orders)/) ?? [];
    return [own, status?.containerStatuses?.[0]?.restartCount];
  });
  expect(restarts).toEqual(expect.arrayContaining(['mysql', 'nacos', 'cart', 'orders'].map((name) => [name, 0])));
  expect(restarts.filter(([, count]) => count !== 0)).toEqual([]);
});

test('the same command once more changes nothing', async ({ cluster }) => {
  const uids = async () => (await pods(cluster)).map(({ metadata }) => metadata?.uid).sort();
  const before = await uids();
  await up(cluster);
  expect(await uids()).toEqual(before);
});

async function pods(cluster: NodeCluster): Promise<Pod[]> {
  return (JSON.parse(await cluster.kubectl(['get', 'pods', '--namespace=shop', '--output=json'])) as { items: Pod[] })
    .items;
}
