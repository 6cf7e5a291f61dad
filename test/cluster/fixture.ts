import { basename } from 'node:path';
import { test as base, expect, inject } from 'vitest';
import { ControlPlane } from './control-plane.js';
import { TestCluster } from './test-cluster.js';

/**
 * `test('…', async ({ cluster }) => …)` runs against the control plane that all files share, with a namespace and fake
 * nodes of the file's own: what one file does to its pods and nodes, no other sees.
 */
export const test = withCluster(() => ControlPlane.attach(inject('controlPlane')));

/**
 * The same on a control plane of the file's own, for what all files would see, such as definitions and roles. No
 * override of `controlPlane` in `test`: fixtures that are declared there keep the shared one (measured).
 */
export const testAlone = withCluster(
  () => ControlPlane.start({ audit: true }),
  (controlPlane) => controlPlane.stop(),
);

function withCluster(
  controlPlaneOf: () => ControlPlane | Promise<ControlPlane>,
  stop: (controlPlane: ControlPlane) => unknown = () => {},
) {
  return base
    .extend('controlPlane', { scope: 'file' }, () => controlPlaneOf())
    .extend('cluster', { scope: 'file' }, async ({ controlPlane }, { onCleanup }) => {
      const [name = 'test'] = basename(expect.getState().testPath ?? '').split('.');
      const cluster = await TestCluster.create(controlPlane, name);
      onCleanup(async () => {
        await cluster.remove();
        await stop(controlPlane);
      });
      return cluster;
    });
}
