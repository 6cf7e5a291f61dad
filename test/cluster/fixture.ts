import { basename } from 'node:path';
import { test as base, expect, inject } from 'vitest';
import { ControlPlane } from './control-plane.js';
import { TestCluster } from './test-cluster.js';

/**
 * `test('…', async ({ cluster }) => …)` runs against the control plane that all files share, with a namespace and fake
 * nodes of the file's own: what one file does to its pods and nodes, no other sees.
 */
export const test = base
  .extend('controlPlane', { scope: 'file' }, () => ControlPlane.attach(inject('controlPlane')))
  .extend('cluster', { scope: 'file' }, async ({ controlPlane }, { onCleanup }) => {
    const [name = 'test'] = basename(expect.getState().testPath ?? '').split('.');
    const cluster = await TestCluster.create(controlPlane, name);
    onCleanup(() => cluster.remove());
    return cluster;
  });
