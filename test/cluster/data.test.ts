import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const here = test.runIf(isolated());
const patient = { ...eventually, timeout: 120_000 };
const standalone = { version: '2.3.2', volume: { enabled: true } };
const members = (replicas: number, more: object = {}) => ({ ...standalone, type: 'cluster', replicas, ...more });

const claim = (cluster: TestCluster, name: string) =>
  cluster.api
    .get<PersistentVolumeClaim>(`/api/v1/namespaces/${cluster.namespace}/persistentvolumeclaims/${name}`)
    .catch(() => undefined);
const uid = async (cluster: TestCluster, name: string) => (await claim(cluster, name))?.metadata?.uid;
const mark = async (cluster: TestCluster, name: string) =>
  JSON.parse((await claim(cluster, name))?.metadata?.annotations?.['nacos.io/data'] ?? '{}');
const replicas = async (cluster: TestCluster, name: string) => {
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/statefulsets/${name}`;
  return (await cluster.api.get<StatefulSet>(path).catch(() => undefined))?.spec?.replicas;
};
const running = (cluster: TestCluster, name: string, version = '2.3.2') =>
  expect
    .poll(async () => [await phase(cluster, name)(), (await mark(cluster, `db-${name}-0`)).version], patient)
    .toEqual(['Running', version]);
const stalled = (cluster: TestCluster, name: string) => () => conditionOf(cluster, name, 'Stalled');

/** As `kubectl replace --force` does. */
async function replace(cluster: TestCluster, name: string, spec: object): Promise<void> {
  await cluster.kubectl(['delete', 'nacos', name, '--cascade=foreground']);
  await apply(cluster, name, spec);
}

here(
  'a Nacos that is made again finds its data, in no other shape and in no other line',
  async ({ cluster, operator }) => {
    const name = 'again';
    await apply(cluster, name, standalone);
    await running(cluster, name);
    const first = { uid: await uid(cluster, 'db-again-0'), mark: await mark(cluster, 'db-again-0') };
    expect(first.mark).toEqual({
      origin: first.uid,
      type: 'standalone',
      database: 'embedded',
      members: 1,
      version: '2.3.2',
    });

    await replace(cluster, name, standalone);
    await running(cluster, name);
    expect({ uid: await uid(cluster, 'db-again-0'), mark: await mark(cluster, 'db-again-0') }).toEqual(first);

    for (const [spec, reason] of [
      [members(1), 'DataOfAnotherShape'],
      [{ ...standalone, version: '3.0.3' }, 'EmbeddedUpgradeRefused'],
    ] as const) {
      await replace(cluster, name, spec);
      await expect.poll(stalled(cluster, name), patient).toMatchObject({ status: 'True', reason });
      expect(await phase(cluster, name)()).toBe('Failed');
      expect(await replicas(cluster, name)).toBeUndefined();
      expect({ uid: await uid(cluster, 'db-again-0'), mark: await mark(cluster, 'db-again-0') }).toEqual(first);
    }

    // A user who does not need the data says so by deleting it.
    operator.pods.servers.delete('again-0');
    await cluster.kubectl(['delete', 'pvc', 'db-again-0']);
    await running(cluster, name, '3.0.3');
    expect(await uid(cluster, 'db-again-0')).not.toBe(first.uid);
  },
);

here('a claim that says nothing is started on with consent, which is used up', async ({ cluster, operator: _ }) => {
  const name = 'silent';
  await apply(cluster, name, standalone);
  await running(cluster, name);
  await cluster.kubectl(['delete', 'nacos', name, '--cascade=foreground']);
  await cluster.kubectl(['annotate', 'pvc', 'db-silent-0', 'nacos.io/data-']);
  await apply(cluster, name, standalone);
  await expect.poll(stalled(cluster, name), patient).toMatchObject({ status: 'True', reason: 'DataUnknown' });
  const { message = '' } = (await stalled(cluster, name)()) ?? {};
  const id = await cluster.kubectl(['get', 'nacos', name, '-o', 'jsonpath={.metadata.uid}']);
  const [, command = ''] = /(annotate pvc .*?nacos\.io\/use-for=)/.exec(message) ?? [];
  await cluster.kubectl(`${command}${id}`.split(' '));
  await running(cluster, name);
  expect((await claim(cluster, 'db-silent-0'))?.metadata?.annotations).not.toHaveProperty(['nacos.io/use-for']);
});

here(
  'a cluster starts with the members that it had, and takes none in on other data',
  async ({ cluster, operator: _ }) => {
    const name = 'grown';
    await apply(cluster, name, members(3));
    await running(cluster, name);
    await expect.poll(() => mark(cluster, 'db-grown-2'), patient).toMatchObject({ type: 'cluster', members: 3 });
    await replace(cluster, name, members(1));
    await expect.poll(() => replicas(cluster, name), patient).toBe(3);
    await expect.poll(() => replicas(cluster, name), patient).toBe(1);
    await running(cluster, name);
    await expect.poll(() => mark(cluster, 'db-grown-1'), patient).toMatchObject({ members: 1 });

    // All data begins again, while the claims of members of before are still there.
    await cluster.kubectl(['delete', 'nacos', name, '--cascade=foreground']);
    await cluster.kubectl(['delete', 'pvc', 'db-grown-0']);
    await apply(cluster, name, members(1));
    await running(cluster, name);
    await apply(cluster, name, members(3));
    await expect.poll(stalled(cluster, name), patient).toMatchObject({ status: 'True', reason: 'SizeRefused' });
    expect((await stalled(cluster, name)())?.message).toContain(
      `kubectl delete pvc db-grown-1 -n ${cluster.namespace}`,
    );
    expect(await podsOf(cluster, name)).toHaveLength(1);
    await cluster.kubectl(['delete', 'pvc', 'db-grown-1', 'db-grown-2']);
    await expect.poll(() => replicas(cluster, name), patient).toBe(3);
    await running(cluster, name);
  },
);

here(
  'with retain false a claim goes with its Nacos or its member, and with nothing else',
  async ({ cluster, operator: _ }) => {
    const volume = { enabled: true, retain: false };
    await apply(cluster, 'zero', { ...standalone, volume });
    await running(cluster, 'zero');
    await expect
      .poll(async () => (await claim(cluster, 'db-zero-0'))?.metadata?.ownerReferences?.length, patient)
      .toBe(1);
    const zero = await uid(cluster, 'db-zero-0');
    await cluster.kubectl(['scale', 'nacos', 'zero', '--replicas=0']);
    await expect.poll(phase(cluster, 'zero'), patient).toBe('Stopped');
    await cluster.kubectl(['scale', 'nacos', 'zero', '--replicas=1']);
    await running(cluster, 'zero');
    expect(await uid(cluster, 'db-zero-0')).toBe(zero);
    await cluster.kubectl(['delete', 'statefulset', 'zero', '--cascade=foreground']);
    await running(cluster, 'zero');
    expect(await uid(cluster, 'db-zero-0')).toBe(zero);

    await apply(cluster, 'hand', members(3, { volume }));
    await running(cluster, 'hand');
    await expect.poll(() => mark(cluster, 'db-hand-2'), patient).toMatchObject({ members: 3 });
    const names = [0, 1, 2].map((ordinal) => `db-hand-${ordinal}`);
    const uids = () => Promise.all(names.map((name) => uid(cluster, name)));
    const before = await uids();
    await cluster.kubectl(['scale', 'statefulset', 'hand', '--replicas=1']);
    await expect.poll(() => replicas(cluster, 'hand'), patient).toBe(3);
    await running(cluster, 'hand');
    expect(await uids()).toEqual(before);

    await apply(cluster, 'hand', members(1, { volume }));
    await expect.poll(uids, patient).toEqual([before[0], undefined, undefined]);
    await running(cluster, 'hand');
    await cluster.kubectl(['delete', 'nacos', 'hand', 'zero', '--cascade=foreground']);
    await expect
      .poll(async () => [await uid(cluster, 'db-zero-0'), ...(await uids())], patient)
      .toEqual([undefined, undefined, undefined, undefined]);
  },
);

here('the only copy in a pod goes with consent only', async ({ cluster, operator: _ }) => {
  const spec = (color: string) => ({ version: '2.3.2', podLabels: { color } });
  await apply(cluster, 'alone', spec('red'));
  await expect.poll(phase(cluster, 'alone'), patient).toBe('Running');
  const pod = async () => (await podsOf(cluster, 'alone')).map(({ metadata }) => metadata?.uid).join();
  const before = await pod();
  await apply(cluster, 'alone', spec('blue'));
  await expect.poll(stalled(cluster, 'alone'), patient).toMatchObject({ status: 'True', reason: 'OnlyCopy' });
  expect(await pod()).toBe(before);
  const [command = ''] = /annotate nacos .*$/.exec((await stalled(cluster, 'alone')())?.message ?? '') ?? [];
  await cluster.kubectl(command.split(' '));
  await expect.poll(phase(cluster, 'alone'), patient).toBe('Running');
  expect(await pod()).not.toBe(before);
});
