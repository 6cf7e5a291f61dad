import { Type } from '@sinclair/typebox';
import { controller, type Kind, kind, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { define, eventually, Running, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('definitions.test');
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sampleservers.definitions.test';

test('a definition may come after the operator, go, and come back', async ({ cluster }) => {
  const world = new World(cluster, WebServer);
  const running = await Running.start(cluster, [controlWebServers(WebServer)]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(running.ready).toBe(false);

  await define(cluster, WebServer);
  await world.create('early', { replicas: 0 });
  await world.settled('early');
  expect(running.ready).toBe(true);

  await cluster.api.delete(definition);
  await expect.poll(() => cluster.api.get(definition).catch(String), eventually).toMatch('404');

  await define(cluster, WebServer);
  await world.create('again', { replicas: 0 });
  await world.settled('again');
  await running.stop();
});

const spec = Type.Object({});
const absent = (kind: string, plural: string) => resource({ group: 'absent.test', version: 'v1', kind, plural, spec });
const [Parent, Child] = [absent('Parent', 'parents'), absent('Child', 'children')];
/** Without a controller, nothing is said in its status. */
const ready = () => ({ state: 'Ready', message: '' }) as const;
const parents = controller(Parent, {
  owns: { children: { ...Child, ready } },
  render: ({ metadata: { name } }) => [manifest(Child, name, { metadata: { name }, spec: {} })],
});

test('a kind of children may go and come back: its objects say so, and are served again when it does', {
  timeout: 120_000,
}, async ({ cluster }) => {
  await define(cluster, Parent, Child);
  const running = await Running.start(cluster, [parents]);
  const world = new World(cluster, Parent);
  await world.create('web');
  await world.settled('web');

  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/children.absent.test';
  await cluster.api.delete(path);
  await expect
    .poll(() => world.condition('web', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'NotServed',
      message: expect.stringContaining('has no kind Child in absent.test/v1'),
    });
  expect(running.notReady).toMatch(/^waiting for Child \(absent.test\/v1\)/);

  await define(cluster, Child);
  await world.settled('web');
  expect(await world.child(Child, 'web')).toBeDefined();
  expect(running.ready).toBe(true);
  await running.stop();
});

test('a resource goes to a new version, and back, with its objects and their children', async ({ cluster }) => {
  const versioned = (version: string, ...formerVersions: string[]) =>
    resource({ group: 'versions.test', version, formerVersions, kind: 'Versioned', spec });
  const of = (declared: ReturnType<typeof versioned>) =>
    controller(declared, {
      owns: { maps: ConfigMap },
      render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: { by: declared.version } })],
    });
  const releases = [versioned('v1beta1'), versioned('v1', 'v1beta1'), versioned('v1beta1', 'v1')];
  const before: (string | undefined)[] = [];
  for (const declared of releases) {
    await define(cluster, declared);
    const running = await Running.start(cluster, [of(declared)]);
    const world = new World(cluster, declared);
    if (before.length === 0) await world.create('web');
    const by = async () => (await world.child(ConfigMap, 'web'))?.data?.by;
    await expect.poll(by, eventually).toBe(declared.version);
    await world.settled('web');
    const { metadata } = (await world.child(ConfigMap, 'web'))!;
    expect(metadata.ownerReferences).toMatchObject([{ apiVersion: declared.apiVersion, kind: 'Versioned' }]);
    before.push(metadata.uid);
    await running.stop();
  }
  expect(new Set(before).size).toBe(1);
});

const named = (name: string) => resource({ group: 'optional.test', version: 'v1', kind: name, spec });
const [Plain, Reader, Waiter, Late] = [named('Plain'), named('Reader'), named('Waiter'), named('Late')];

/** Its child says how many objects it has read. */
function reader(of: ReturnType<typeof named>, read: Kind, optional: boolean) {
  return controller(of, {
    owns: { maps: ConfigMap },
    reads: { read: reading(read, () => true, { optional }) },
    render: ({ metadata: { name } }, { read }) => [manifest(ConfigMap, name, { data: { read: String(read.length) } })],
  });
}

test('a kind that is not served keeps those waiting that need it and no others, and its arrival is noticed', {
  timeout: 120_000,
}, async ({ cluster }) => {
  await define(cluster, Plain, Reader, Waiter);
  const plain = controller(Plain, { owns: {}, render: () => [] });
  const Endpoints = kind('v1', 'Endpoints');
  const running = await Running.start(cluster, [plain, reader(Reader, Late, true), reader(Waiter, Endpoints, false)]);
  const [one, two, three] = [Plain, Reader, Waiter].map((of) => new World(cluster, of));
  await Promise.all([one!.create('plain'), two!.create('reader'), three!.create('waiter')]);
  const readBy = async (name: string) => ((await two!.child(ConfigMap, name)) as { data?: object } | undefined)?.data;
  await one!.settled('plain');
  await two!.settled('reader');
  expect(await readBy('reader')).toEqual({ read: '0' });
  expect((await three!.get('waiter')).status?.conditions).toBeUndefined();
  expect(running.notReady).toBe(
    'waiting for Endpoints (v1): kind Endpoints has the plural endpoints, not endpointss: declare it so',
  );

  await define(cluster, Late);
  await new World(cluster, Late).create('late');
  await expect.poll(() => readBy('reader'), eventually).toEqual({ read: '1' });
  await running.stop();
});
