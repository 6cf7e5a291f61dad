import type { PodList } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { agree, made } from '../../cluster/official.js';
import { changed, cluster, LiveCluster, long, patience } from './changes.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

const test = testWithOperator(3);
const volume = { enabled: true, requests: { storage: '2Gi' } };
const spec = cluster('2.3.2', { replicas: 3, volume });

test(
  'three members of the official operator are adopted while clients write, and lose nothing',
  long,
  async ({ operated }) => {
    const place = { api: operated.nodes.controlPlane.api, namespace: operated.namespace };
    await scaleOperator(operated, 0);
    await made(place, { name: 'prod', spec });
    const live = await LiveCluster.watch(operated, 'prod', 500);
    await scaleOperator(operated, 1);
    const adoptable = async () => (await operated.condition('prod', 'Adoptable'))?.reason;
    await expect.poll(adoptable, patience).toBe('ConsentMissing');

    live.takeGap();
    await agree(place, 'prod');
    await expect.poll(() => wiping(operated), patience).toEqual([]);
    await live.settled(3);
    const adoption = live.takeGap();

    await operated.kubectl(['patch', 'nacos', 'prod', '--type=merge', '-p', JSON.stringify({ spec: changed(spec) })]);
    await live.settled(3, (await operated.nacos('prod')).metadata.generation);
    const roll = live.takeGap();
    console.log(`longest time without an acknowledged write: ${JSON.stringify({ adoption, roll }, undefined, 2)}`);
    await live.finish(3);
  },
);

async function scaleOperator(operated: OperatedCluster, replicas: number): Promise<void> {
  await operated.kubectl(['scale', 'deployment', 'nacos-operator', '-n', 'nacos-operator', `--replicas=${replicas}`]);
  const pods = ['get', 'pods', '-n', 'nacos-operator', '-o', 'name'];
  if (replicas > 0) await operated.rolledOut();
  else await expect.poll(() => operated.kubectl(pods), patience).toBe('');
}

/** Pods that delete their Raft data as they stop. */
async function wiping(operated: OperatedCluster): Promise<(string | undefined)[]> {
  const { items } = JSON.parse(await operated.kubectl(['get', 'pods', '-l', 'app=prod', '-o', 'json'])) as PodList;
  return items.filter(({ spec }) => spec?.containers[0]?.lifecycle?.preStop).map(({ metadata }) => metadata?.name);
}
