import { join } from 'node:path';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { ControlPlane } from './control-plane.js';
import { NacosPods } from './nacos-pods.js';
import { isolated } from './network.js';
import { apply, Operator, phase } from './operator.js';
import { TestCluster } from './test-cluster.js';

const patient = { timeout: 120_000, interval: 200 };

/** On a control plane of its own: no other test should see the definition go. */
async function withCluster(use: (cluster: TestCluster, operator: Operator) => Promise<void>): Promise<void> {
  const controlPlane = await ControlPlane.start({ audit: true });
  try {
    const cluster = await TestCluster.create(controlPlane, 'removal');
    const pods = new NacosPods(cluster);
    cluster.kubelet.script({ labels: { component: 'nacos' } }, pods);
    const operator = new Operator(cluster, pods);
    await operator.install();
    await operator.start();
    await use(cluster, operator);
    await operator.stop();
    await cluster.remove();
  } finally {
    await controlPlane.stop();
  }
}

test.runIf(isolated())('with the definition every Nacos goes, and its data stays for another of the same name', () =>
  withCluster(async (cluster, operator) => {
    const spec = { version: '2.3.2', volume: { enabled: true } };
    const left = (name: string) => () =>
      cluster.kubectl(['get', 'pods,services,statefulsets,secrets', '-l', `app=${name}`, '-o', 'name']);
    for (const name of ['first', 'kept']) await apply(cluster, name, spec);
    for (const name of ['first', 'kept']) await expect.poll(phase(cluster, name), patient).toBe('Running');
    // The garbage collector looks for new definitions every half a minute, and does not hear of objects before.
    await cluster.kubectl(['delete', 'nacos', 'first']);
    await expect.poll(left('first'), patient).toBe('');
    const claim = () =>
      cluster.api.get<PersistentVolumeClaim>(
        `/api/v1/namespaces/${cluster.namespace}/persistentvolumeclaims/db-kept-0`,
      );
    const { metadata: before } = await claim();

    await cluster.kubectl(['delete', '-f', join(__dirname, '../../dist/00-crds.k8s.yaml')]);
    await expect.poll(left('kept'), patient).toBe('');
    const { metadata } = await claim();
    expect([metadata?.uid, metadata?.deletionTimestamp]).toEqual([before?.uid, undefined]);

    await operator.define();
    await apply(cluster, 'kept', spec);
    await expect.poll(phase(cluster, 'kept'), patient).toBe('Running');
    expect((await claim()).metadata?.uid).toBe(before?.uid);
  }),
);
