import type { Stored } from 'cdk8s-reconciler';
import type { Pod } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { isReady } from '../../../lib/operate/pods/pods.js';
import { NacosMembers } from '../../../test/cluster/nacos-members.js';
import { isolated } from '../../../test/cluster/network.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { test } from './served.js';

const patience = { timeout: 120_000, interval: 200 };

test.runIf(isolated())(
  'a restart replaces every member, one at a time and the leader last',
  async ({ cluster, editor, instances, operator: _, onTestFinished }) => {
    const members = new NacosMembers(cluster, 'prod');
    cluster.kubelet.script({ labels: { app: 'prod' } }, members);
    const prod = { name: 'prod', type: 'cluster', replicas: 3, image: 'nacos/nacos-server:v2.3.2' };
    expect((await editor.request('POST', instances, prod)).status).toBe(201);
    const phase = async () => (await editor.request('GET', `${instances}/prod`)).body.phase;
    await expect.poll(phase, patience).toBe('Running');
    members.lead('prod-2');
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    const { made, ready } = await follow(cluster, 'prod', ending.signal);
    expect(ready).toEqual([1, 2, 3]);

    expect((await editor.request('POST', `${instances}/prod:restart`)).status).toBe(200);
    await expect.poll(() => made.length, patience).toBe(6);
    await expect.poll(phase, patience).toBe('Running');
    expect(made.slice(3)).toEqual(['prod-1', 'prod-0', 'prod-2']);
    expect(Math.min(...ready.slice(2))).toBe(2);
    expect(members.violations).toEqual([]);
    const { items } = (await editor.request('GET', `${instances}/prod/members`)).body;
    expect(items).toMatchObject(Array(3).fill({ ready: true, state: 'UP' }));
    expect(made.length).toBe(6);
  },
);

/**
 * The pods of an instance as they come and go: their names in the order in which they were made, and how many were
 * ready after each event.
 */
async function follow(cluster: TestCluster, name: string, signal: AbortSignal) {
  const pods = new Map<string, boolean>();
  const [made, ready]: [string[], number[]] = [[], []];
  await cluster.api.follow<Stored<Pod>>(
    `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=app%3D${name}`,
    ({ type, object }) => {
      if (!pods.has(object.metadata.uid)) made.push(object.metadata.name);
      pods.set(object.metadata.uid, type !== 'DELETED' && isReady(object));
      ready.push([...pods.values()].filter(Boolean).length);
    },
    signal,
  );
  return { made, ready };
}
