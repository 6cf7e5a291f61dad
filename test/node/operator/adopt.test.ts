import { readFileSync } from 'node:fs';
import type { PodList } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { agree, made } from '../../cluster/official.js';
import { testOnNodes } from '../fixture.js';
import { changed, cluster, LiveCluster, long, patience } from './changes.js';
import { OperatedCluster } from './operated-cluster.js';

/** This operator comes later than what it is to adopt. */
const test = testOnNodes(3).extend('operated', { scope: 'file' }, ({ cluster }) => OperatedCluster.define(cluster));
const volume = { enabled: true, requests: { storage: '2Gi' } };
const spec = cluster('2.3.2', { replicas: 3, volume });

test(
  'three members of the official operator are adopted while clients write, and lose nothing, nor as bare objects after',
  long,
  async ({ operated }) => {
    // `kubectl wait` fails on a definition that has no conditions yet.
    const served = () => operated.kubectl(['get', 'nacos']).catch(() => undefined);
    await expect.poll(served, patience).toBeDefined();
    await made({ api: operated.nodes.controlPlane.api, namespace: operated.namespace }, { name: 'prod', spec });
    const [live] = await Promise.all([
      LiveCluster.watch(operated, 'prod', { filled: 500, beside: ['configurations', 'instances', 'instances'] }),
      operated.start(),
    ]);
    const adoptable = async () => (await operated.condition('prod', 'Adoptable'))?.reason;
    await expect.poll(adoptable, patience).toBe('ConsentMissing');

    live.takeGaps(3);
    await agree({ api: operated.nodes.controlPlane.api, namespace: operated.namespace }, 'prod');
    await expect.poll(() => wiping(operated), patience).toEqual([]);
    await live.settled(3);
    const adoption = live.takeGaps(3);

    await operated.kubectl(['patch', 'nacos', 'prod', '--type=merge', '-p', JSON.stringify({ spec: changed(spec) })]);
    await live.settled(3, (await operated.nacos('prod')).metadata.generation);
    const roll = live.takeGaps(3);
    console.log(`seconds without an acknowledged write: ${JSON.stringify({ adoption, roll }, undefined, 2)}`);

    await operated.nodes.type(orphaning());
    await operated.replacePod('prod-0');
    await live.finish(3);
  },
);

/** Pods that delete their Raft data as they stop. */
async function wiping(operated: OperatedCluster): Promise<(string | undefined)[]> {
  const { items } = JSON.parse(await operated.kubectl(['get', 'pods', '-l', 'app=prod', '-o', 'json'])) as PodList;
  return items.filter(({ spec }) => spec?.containers[0]?.lifecycle?.preStop).map(({ metadata }) => metadata?.name);
}

/** The commands of docs/adopt.md that leave the objects without any operator. */
function orphaning(): string {
  const [, section = ''] = readFileSync('docs/adopt.md', 'utf8').split('## Back');
  const [, block = ''] = /\n\n((?: {4}kubectl .*\n)+)/.exec(section) ?? [];
  expect(block).toContain('--cascade=orphan');
  return block.replace('-n shop', '-n nacos');
}
