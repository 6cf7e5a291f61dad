import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { NacosUser } from './nacos-user.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';
import { long, nacos, soon } from './servers.js';

/* Nacos objects that are made again over volumes with data. */

const test = testWithOperator(1);
const kept = {
  resources: { requests: { cpu: '100m', memory: '512Mi' } },
  volume: { enabled: true },
  certification: { enabled: true },
};
const standalone = (version = '2.3.2') => nacos(version, kept);
const members = (replicas: number) => nacos('2.3.2', { ...kept, type: 'cluster', replicas });
const cart = { username: 'cart', password: 'of the cart' };

test.beforeAll(async ({ operated }) => {
  await operated.apply('one', standalone());
  await operated.apply('n', members(3));
});

test('kubectl replace --force keeps configurations, users and the administrator of real Nacos 2.3.2', async ({
  operated,
}) => {
  await operated.running('one');
  const administrator = await NacosUser.administrator(operated, 'one-0');
  await administrator.publish('orders', 'precious');
  await administrator.createUser(cart.username, cart.password);
  const before = await outliving(operated, 'one');
  await replace(operated, 'one', standalone());
  await operated.running('one');
  expect(await outliving(operated, 'one')).toEqual(before);
  await expectOrders(operated);
});

test('real data is not opened by servers of another shape or version, and is there when the former ones are back', async ({
  operated,
}) => {
  const before = await outliving(operated, 'one');
  for (const [spec, reason] of [
    [members(1), 'DataOfAnotherShape'],
    [standalone('2.0.4'), 'DowngradeRefused'],
    [standalone('3.0.3'), 'EmbeddedUpgradeRefused'],
  ] as const) {
    await replace(operated, 'one', spec);
    await refused(operated, 'one', reason);
    expect(await outliving(operated, 'one')).toEqual(before);
  }
  // As a backup tool restores it.
  await operated.kubectl(['annotate', 'pvc', 'db-one-0', 'nacos.io/data-']);
  await replace(operated, 'one', standalone());
  await follow(operated, await refused(operated, 'one', 'DataUnknown'), /kubectl annotate pvc .*?\)/);
  await operated.running('one');
  await expectOrders(operated);
});

test('claims are deleted for servers of an older version, whose data is not opened by a newer one', async ({
  operated,
}) => {
  await replace(operated, 'one', standalone('2.0.4'));
  await refused(operated, 'one', 'DowngradeRefused');
  await operated.kubectl(['delete', 'pvc', 'db-one-0']);
  await operated.running('one');
  await (await NacosUser.administrator(operated, 'one-0')).publish('orders', 'of 2.0.4');
  await replace(operated, 'one', standalone());
  await refused(operated, 'one', 'EmbeddedUpgradeRefused');
  await operated.apply('one', standalone('2.0.4'));
  await operated.running('one');
  await expectOnAll(operated, ['one-0'], { orders: 'of 2.0.4' });
  await operated.kubectl(['delete', 'nacos', 'one']);
});

const former = Object.fromEntries([0, 1, 2, 3, 4, 5].map((number) => [`a-${number}`, `former ${number}`]));

test('three voters that are made again with replicas 1 start as three, say so, and leave one after the other', async ({
  operated,
}) => {
  await operated.running('n');
  await publish(operated, 'n-0', former);
  await expectOnAll(operated, ['n-0', 'n-1', 'n-2'], former);
  const before = await outliving(operated, 'n');
  await operated.kubectl(['delete', 'nacos', 'n']);
  await gone(operated, 'n');
  await operated.apply('n', members(1));
  await expect.poll(() => replicas(operated, 'n'), soon).toBe(3);
  await expect
    .poll(() => operated.condition('n', 'Scaled'), soon)
    .toMatchObject({ status: 'False', message: expect.stringContaining('3 of 1 members') });
  await expect.poll(() => replicas(operated, 'n'), long).toBe(1);
  await operated.running('n');
  expect(await outliving(operated, 'n')).toEqual(before);
  await expectOnAll(operated, ['n-0'], former);
});

test('a member does not join on the volume of an earlier cluster; without it, all have the same data', async ({
  operated,
}) => {
  await operated.kubectl(['delete', 'nacos', 'n']);
  await gone(operated, 'n');
  await rename(operated, 'db-n-2', 'db-n-3');
  await operated.kubectl(['delete', 'pvc', 'db-n-0', 'db-n-1']);
  await operated.apply('n', members(3));
  await operated.running('n');
  const later = { 'b-0': 'later 0', 'b-1': 'later 1' };
  await publish(operated, 'n-0', later);

  await operated.apply('n', members(5));
  const stalled = () => operated.condition('n', 'Stalled');
  await expect.poll(stalled, soon).toMatchObject({ status: 'True', reason: 'SizeRefused' });
  expect(await replicas(operated, 'n')).toBe(3);
  await follow(operated, (await stalled())?.message ?? '', /kubectl delete pvc db-n-3 -n \S+/);
  await expect.poll(() => replicas(operated, 'n'), long).toBe(5);
  await operated.running('n');

  const all = [0, 1, 2, 3, 4].map((ordinal) => `n-${ordinal}`);
  const own = Object.fromEntries(all.map((pod) => [`of-${pod}`, pod]));
  for (const pod of all) await publish(operated, pod, { [`of-${pod}`]: pod });
  const nothing = Object.fromEntries(Object.keys(former).map((dataId) => [dataId, undefined]));
  await expectOnAll(operated, all, { ...nothing, ...later, ...own });
});

test('a claim whose data may be lost is deleted as the condition says, and the other shape starts empty', async ({
  operated,
}) => {
  await replace(operated, 'n', standalone());
  await follow(operated, await refused(operated, 'n', 'DataOfAnotherShape'), /kubectl delete pvc \S+ -n \S+/);
  await operated.running('n');
  await expectOnAll(operated, ['n-0'], { 'b-0': undefined });
});

/** The StatefulSet of the former object goes while the new one is there already. */
async function replace(operated: OperatedCluster, name: string, spec: object): Promise<void> {
  const manifest = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name }, spec };
  await operated.kubectl(['replace', '--force', '-f', '-'], JSON.stringify(manifest));
}

/** What a Nacos of the same name finds again. */
async function outliving(operated: OperatedCluster, name: string) {
  const { metadata } = await get<PersistentVolumeClaim>(
    operated,
    `/api/v1/namespaces/nacos/persistentvolumeclaims/db-${name}-0`,
  );
  return { claim: metadata?.uid, password: await operated.secret(`${name}-auth`, 'administratorPassword') };
}

/** Resolves with what it says, once nothing runs. */
async function refused(operated: OperatedCluster, name: string, reason: string): Promise<string> {
  const stalled = () => operated.condition(name, 'Stalled');
  await expect.poll(stalled, soon).toMatchObject({ status: 'True', reason });
  await gone(operated, name);
  expect(await operated.phase(name)).toBe('Failed');
  return (await stalled())?.message ?? '';
}

/** Types a command that a condition gives. */
async function follow({ nodes }: OperatedCluster, message: string, command: RegExp): Promise<void> {
  expect(message).toMatch(command);
  await nodes.type(command.exec(message)?.[0] ?? '');
}

/** Gives the volume of a claim to another one, with all that is written on it. */
async function rename(operated: OperatedCluster, from: string, to: string): Promise<void> {
  const path = `/api/v1/namespaces/nacos/persistentvolumeclaims/${from}`;
  const { metadata, spec } = await get<PersistentVolumeClaim>(operated, path);
  const change = (spec: object) =>
    operated.kubectl(['patch', 'pv', volume, '--type=merge', '-p', JSON.stringify({ spec })]);
  const volume = spec?.volumeName ?? '';
  await change({ persistentVolumeReclaimPolicy: 'Retain' });
  await operated.kubectl(['delete', 'pvc', from]);
  await change({ claimRef: null });
  const { annotations, labels } = metadata ?? {};
  await operated.nodes.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: to, annotations: { 'nacos.io/data': annotations?.['nacos.io/data'] }, labels },
    spec,
  });
}

/** Resolves when neither servers are left, nor what would make them. */
async function gone(operated: OperatedCluster, name: string): Promise<void> {
  const left = async () => [await replicas(operated, name), await pods(operated, name)];
  await expect.poll(left, soon).toEqual([undefined, '']);
}

function pods(operated: OperatedCluster, name: string): Promise<string> {
  return operated.kubectl(['get', 'pods', '-l', `app=${name}`, '-o', 'name']);
}

async function replicas(operated: OperatedCluster, name: string): Promise<number | undefined> {
  const found = get<StatefulSet>(operated, `/apis/apps/v1/namespaces/nacos/statefulsets/${name}`);
  return (await found.catch(() => undefined))?.spec?.replicas;
}

async function expectOrders(operated: OperatedCluster): Promise<void> {
  await expectOnAll(operated, ['one-0'], { orders: 'precious' });
  expect(await NacosUser.logIn(operated, 'one-0', cart.username, cart.password)).toBeDefined();
}

async function publish(operated: OperatedCluster, pod: string, contents: Record<string, string>): Promise<void> {
  const administrator = await NacosUser.administrator(operated, pod);
  for (const [dataId, content] of Object.entries(contents)) await administrator.publish(dataId, content);
}

/** Servers answer from a copy that they write a moment later. */
async function expectOnAll(
  operated: OperatedCluster,
  pods: readonly string[],
  contents: Record<string, string | undefined>,
): Promise<void> {
  for (const pod of pods) {
    const administrator = await NacosUser.administrator(operated, pod);
    await expect.poll(() => administrator.read(Object.keys(contents)), soon).toEqual(contents);
  }
}

function get<T>({ nodes }: OperatedCluster, path: string): Promise<T> {
  return nodes.controlPlane.api.get<T>(path);
}
