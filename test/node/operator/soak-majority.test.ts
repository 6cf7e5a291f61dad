import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { smallServer } from '../manifests.js';
import { cluster, LiveCluster, long, patience } from './changes.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

/** Only with `npm run soak`. */
const test = testWithOperator(3);
const lost = ['n-1', 'n-2'];

test.runIf(process.env.SOAK === 'true')(
  'real Nacos 2.3.2: the loss of two of three changes nothing by itself, and both ways of docs/operations/repair.md out of it work',
  long,
  async ({ operated }) => {
    const volume = { enabled: true, requests: { storage: '2Gi' } };
    const live = await LiveCluster.start(operated, 'n', cluster('2.3.2', { replicas: 3, volume }));
    await expect.poll(() => live.acknowledged, patience).toBeGreaterThan(100);
    const [before, written] = [await world(operated), live.acknowledged];

    // As if no node had room for them.
    const nodes = operated.nodes.nodes.map(({ name }) => name);
    for (const node of nodes) await operated.kubectl(['cordon', node]);
    await operated.kubectl(['delete', 'pod', ...lost]);
    const stopped = live.acknowledged;
    const stalled = () => operated.condition('n', 'Stalled');
    await expect.poll(stalled, patience).toMatchObject({ status: 'True', reason: 'QuorumLost' });
    console.log((await stalled())?.message);
    expect(await world(operated)).toEqual(before);
    expect((await operated.nacos('n')).status?.members?.map(({ state }) => state)).toEqual(['UP', 'Absent', 'Absent']);
    expect(live.acknowledged - stopped).toBeLessThan(10);

    // What is there is saved: an export would need a leader, the files of the member that is left do not.
    const files = 'cd data/config-data/DEFAULT_GROUP && for f in *; do printf "%s %s\\n" "$f" "$(cat "$f")"; done';
    const saved = await operated.nodes.run('n-0', files);

    // The members are brought back, with what they had.
    for (const node of nodes) await operated.kubectl(['uncordon', node]);
    await live.settled(3);
    const resumed = live.acknowledged;
    await expect.poll(() => live.acknowledged, patience).toBeGreaterThan(resumed + 20);
    await live.finish(3);
    await live.remove();

    await operated.apply('fresh', { image: 'nacos/nacos-server:v2.3.2', env: smallServer });
    await operated.running('fresh');
    const fresh = await serverIn(operated, 'fresh-0');
    for (const line of saved.trim().split('\n')) {
      const [dataId = '', content = ''] = line.split(' ');
      const body = new URLSearchParams({ dataId, group: 'DEFAULT_GROUP', content });
      expect((await fetch(`${fresh}/v1/cs/configs`, { method: 'POST', body })).status).toBe(200);
    }
    expect(await live.configurationsMissingOn(fresh, written)).toEqual([]);
  },
);

/** Everything by which an operator could change who is a member. */
async function world(operated: OperatedCluster) {
  const get = <T>(path: string) => operated.nodes.controlPlane.api.get<T>(path);
  const list = await get<ConfigMap>('/api/v1/namespaces/nacos/configmaps/n-members');
  const { metadata } = await get<StatefulSet>('/apis/apps/v1/namespaces/nacos/statefulsets/n');
  const claims = await operated.kubectl(['get', 'pvc', '-l', 'app=n', '-o', 'jsonpath={.items[*].metadata.uid}']);
  const { metadata: pod, status } = await operated.pod('n-0');
  const restarts = status?.containerStatuses?.[0]?.restartCount;
  return { list: list.data, generation: metadata?.generation, claims, pod: pod?.uid, restarts };
}

async function serverIn(operated: OperatedCluster, pod: string): Promise<string> {
  return `http://${(await operated.pod(pod)).status?.podIP}:8848/nacos`;
}
