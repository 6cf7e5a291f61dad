import { test as base } from 'vitest';
import { NodeCluster } from './node-cluster.js';

/**
 * `test('…', async ({ cluster }) => …)` on that many real nodes of the file's own, started for the first test that asks
 * for them.
 */
export function testOnNodes(nodes: number) {
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from the pattern
  return base.extend('cluster', { scope: 'file' }, async ({}, { onCleanup }) => {
    const cluster = await NodeCluster.start(nodes);
    onCleanup(() => cluster.stop());
    return cluster;
  });
}
