import { test as base } from 'vitest';
import { NodeCluster } from './node-cluster.js';

/** `test('…', async ({ cluster }) => …)` on that many real nodes of the file's own, started for the first test that asks for them. */
export function testOnNodes(nodes: number) {
  return base.extend<{ cluster: NodeCluster }>({
    cluster: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from the pattern
      async ({}, use) => {
        const cluster = await NodeCluster.start(nodes);
        await use(cluster);
        await cluster.stop();
      },
      { scope: 'file' },
    ],
  });
}
