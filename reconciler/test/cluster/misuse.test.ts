import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, type Resource, reading, resource, type Stored } from 'cdk8s-reconciler';
import { ConfigMap, Secret } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, onTestFinished } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { collectionPath, objectPath } from '../../src/client/endpoint.js';
import { equal } from '../../src/equal.js';
import { administrator } from './administrator.js';
import { Careless } from './careless-main.js';
import { Replica } from './replica.js';
import { type AnyObject, define, eventually, quiet, Running, World } from './running.js';

const declare = (kind: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced') =>
  resource({
    group: 'misuse.test',
    version: 'v1',
    kind,
    scope,
    spec: Type.Object({ list: Type.Optional(Type.Array(Type.String())) }),
    status: Type.Object({ count: Type.Optional(Type.Integer()) }),
  });
const owns = { maps: ConfigMap };
const mapOf = ({ metadata: { name } }: { readonly metadata: { readonly name: string } }) =>
  manifest(ConfigMap, name, { data: { a: '1' } });

test('functions that change what they are given fail and are reported, and others still read it as it is', async ({
  cluster,
}) => {
  const [Counted, Sorted] = [declare('Counted'), declare('Sorted')];
  await define(cluster, Counted, Sorted);
  const counted = controller(Counted, {
    owns,
    reads: { secrets: reading(Secret, 'app') },
    render: (object) => [mapOf(object)],
    // As with controller-runtime, which gives out copies.
    status: ({ status = {} }: ObjectOf<typeof Counted>, { secrets }) =>
      Object.assign(status as { count?: number }, { count: secrets.length }),
  });
  const sorted = controller(Sorted, {
    owns,
    render: (object) => [{ ...mapOf(object), data: { list: String(object.spec.list?.sort()) } }],
  });
  const running = await Running.start(cluster, [counted, sorted]);
  const [counts, sorts] = [new World(cluster, Counted), new World(cluster, Sorted)];
  await counts.create('counts', {});
  await sorts.create('sorts', { list: ['b', 'a'] });
  const ready = (world: World, name: string) => async () => (await world.condition(name, 'Ready'))?.message;
  await expect.poll(ready(counts, 'counts'), eventually).toMatch(/^status: Cannot (assign|add)/);
  await expect.poll(ready(sorts, 'sorts'), eventually).toMatch(/^render: Cannot assign/);
  await running.stop();
});

test('a child in a namespace that is not watched is refused, and not written blindly', async ({ cluster }) => {
  const Wide = declare('Wide', 'Cluster');
  await define(cluster, Wide);
  const elsewhere = await cluster.createNamespace();
  const wide = controller(Wide, {
    owns,
    render: (object) => [{ ...mapOf(object), metadata: { name: object.metadata.name, namespace: elsewhere } }],
  });
  const running = await Running.start(cluster, [wide]);
  const path = objectPath(Wide, 'wide');
  await cluster.api.create('/apis/misuse.test/v1/wides', {
    apiVersion: Wide.apiVersion,
    kind: 'Wide',
    metadata: { name: 'wide' },
    spec: {},
  });
  const stalled = async () => {
    const { status } = await cluster.api.get<ObjectOf<typeof Wide>>(path);
    return status?.conditions?.find(({ type }) => type === 'Stalled')?.message;
  };
  await expect.poll(stalled, eventually).toContain(`namespace ${elsewhere} is not watched`);
  expect(running.writes.filter((write) => write.includes('configmaps'))).toEqual([]);
  await running.stop();
  await cluster.api.delete(path);
});

test('an object that is created again at once waits for the child of the former one, and is not stalled', async ({
  cluster,
}) => {
  const Again = declare('Again');
  await define(cluster, Again);
  const running = await Running.start(cluster, [controller(Again, { owns, render: (object) => [mapOf(object)] })]);
  const world = new World(cluster, Again);
  await world.create('again', {});
  await world.settled('again');
  const before = await world.get('again');
  // A finalizer keeps the child as a slow garbage collector would.
  const child = `/api/v1/namespaces/${cluster.namespace}/configmaps/again`;
  await cluster.api.patch(child, { metadata: { finalizers: ['misuse.test/slow'] } });
  await cluster.api.delete(`${objectPath(Again, 'again', cluster.namespace)}?propagationPolicy=Background`);
  await world.create('again', {});
  const because = async () => (await world.condition('again', 'Reconciling'))?.message;
  await expect.poll(because, eventually).toContain('of the former Again');
  expect((await world.condition('again', 'Stalled'))?.status).toBe('False');
  await cluster.api.patch(child, { metadata: { finalizers: null } });
  await world.settled('again');
  await quiet(running);
  const { metadata } = await cluster.api.get<Stored>(child);
  expect(metadata.ownerReferences?.[0]?.uid).not.toBe(before.metadata.uid);
  await running.stop();
});

test('what one object leaves behind is logged with its name, and ends the process for no other', async ({
  cluster,
}) => {
  await define(cluster, Careless);
  const world = new World(cluster, Careless);
  const replica = await Replica.start(cluster, { group: 'careless.test', name: 'careless-0', main: 'careless-main' });
  const uncaught = 'an error was thrown that its controller does not catch';
  const left = {
    promise: 'a promise failed that its controller does not wait for',
    timer: uncaught,
    connection: uncaught,
  };
  for (const [name, message] of Object.entries(left)) {
    await world.create(name);
    const logged = () => replica.log.find(({ object }) => object === `${cluster.namespace}/${name}`);
    await expect.poll(logged, eventually).toMatchObject({ controller: 'careless', message });
  }
  await world.create('healthy');
  await world.settled('healthy');
  await replica.stop();
});

test('a webhook that takes away the label of a child is named: changes of the child would not be seen', async ({
  cluster,
}) => {
  const Stripped = declare('Stripped');
  await define(cluster, Stripped);
  const [name, registration] = ['strip.misuse.test', '/apis/admissionregistration.k8s.io/v1'];
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] },
  ];
  const expression = '[JSONPatch{op: "remove", path: "/metadata/labels/misuse.test~1managed-by"}]';
  await cluster.api.create(`${registration}/mutatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules, objectSelector: { matchLabels: { stripped: 'yes' } } },
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
      reinvocationPolicy: 'Never',
      failurePolicy: 'Ignore',
    },
  });
  await cluster.api.create(`${registration}/mutatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name },
  });
  onTestFinished(async () => {
    await cluster.api.delete(`${registration}/mutatingadmissionpolicybindings/${name}`);
    await cluster.api.delete(`${registration}/mutatingadmissionpolicies/${name}`);
  });
  const labels = { stripped: 'yes', 'misuse.test/managed-by': 'stripped' };
  const trial = async () => {
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps?dryRun=All`;
    return (await cluster.api.create<Stored>(path, { metadata: { name: 'trial', labels } })).metadata.labels;
  };
  await expect.poll(trial, eventually).toEqual({ stripped: 'yes' });
  const stripped = controller(Stripped, {
    owns,
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { metadata: { labels: { stripped: 'yes' } } })],
  });
  const running = await Running.start(cluster, [stripped]);
  const world = new World(cluster, Stripped);
  await world.create('stripped', {});
  const stalled = async () => world.condition('stripped', 'Stalled');
  await expect.poll(stalled, eventually).toMatchObject({ status: 'True', reason: 'LabelTaken' });
  await running.stop();
});

test('an object for which matches fails is named, and the watch goes on', async ({ cluster }) => {
  const Picky = declare('Picky');
  await define(cluster, Picky);
  const picky = controller(Picky, {
    owns,
    reads: { secrets: reading(Secret, ({ metadata }, owner) => metadata.labels!.app === owner.metadata.name) },
    render: (object) => [mapOf(object)],
    status: (_object, { secrets }) => ({ count: secrets.length }),
  });
  const running = await Running.start(cluster, [picky]);
  const world = new World(cluster, Picky);
  await world.create('picky', {});
  await world.settled('picky');
  const secrets = `/api/v1/namespaces/${cluster.namespace}/secrets`;
  await cluster.api.create(secrets, { metadata: { name: 'stranger' } });
  const ready = async () => (await world.condition('picky', 'Ready'))?.message;
  await expect
    .poll(ready, eventually)
    .toContain(`reads.secrets: matches fails for Secret ${cluster.namespace}/stranger`);
  await cluster.api.delete(`${secrets}/stranger`);
  await cluster.api.create(secrets, { metadata: { name: 'mine', labels: { app: 'picky' } } });
  await expect.poll(async () => ((await world.get('picky')).status as { count?: number })?.count, eventually).toBe(1);
  await running.stop();
});

test('an object that is nested deeper than the stack is served as any other, and so are those beside it', {
  timeout: 600_000,
}, async ({ cluster }) => {
  const free = Type.Unsafe<object>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  const deep = (kind: string) => resource({ group: 'misuse.test', version: 'v1', kind, spec: Type.Object({ free }) });
  const [Deep, Copy] = [deep('Deep'), deep('Copy')];
  await define(cluster, Deep, Copy);
  const copies = controller(Deep, {
    owns: { ...owns, copies: { ...Copy, ready: () => ({ state: 'Ready', message: '' }) } },
    render: (object) => {
      const { metadata, spec } = object;
      const { name } = metadata;
      return name === 'copied' ? [manifest(Copy, name, { metadata: { name }, spec })] : [mapOf(object)];
    },
  });
  const running = await Running.start(cluster, [copies]);
  const client = await administrator(cluster, running.proxy.url);
  // JSON.stringify ends at about 4,000 levels, the API server at 10,000; what it takes grows with their square.
  const nested = (depth: number, end: number) => JSON.parse(`${'{"a":'.repeat(depth)}${end}${'}'.repeat(depth)}`);
  const path = (kind: Resource, name: string) => objectPath(kind, name, cluster.namespace);
  const specOf = (depth: number, end: number) => ({ spec: { free: nested(depth, end) } });
  const create = (name: string, depth: number) =>
    client.request('POST', collectionPath(Deep, cluster.namespace), {
      body: { apiVersion: Deep.apiVersion, kind: 'Deep', metadata: { name }, ...specOf(depth, 1) },
      timeout: 300_000,
    });
  const condition = async (name: string) => {
    const { metadata, status } = await client.request<AnyObject>('GET', path(Deep, name));
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return [name, ready?.observedGeneration === metadata.generation, ready?.status, ready?.message];
  };
  const settled = (name: string) =>
    expect.poll(() => condition(name), { ...eventually, timeout: 300_000 }).toEqual([name, true, 'True', '']);
  for (const [name, depth] of Object.entries({ deep: 5_000, copied: 1_500, flat: 1 })) await create(name, depth);
  for (const name of ['flat', 'copied', 'deep']) await settled(name);
  await client.request('PATCH', path(Deep, 'copied'), {
    body: specOf(1_500, 2),
    contentType: 'application/merge-patch+json',
    timeout: 300_000,
  });
  await settled('copied');
  const { spec } = await client.request<AnyObject>('GET', path(Copy, 'copied'));
  expect(equal(spec.free, nested(1_500, 2))).toBe(true);
  client.close();
  await running.stop();
});
