import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, reading, resource, TerminalError } from 'cdk8s-reconciler';
import { ConfigMap, Job, Namespace, Secret } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { complete, unready } from '../../../test/cluster/pod-scripts.js';
import { define, eventually, quiet, Running, World } from './running.js';

/** A system outside the cluster, as `observe` and `act` see it. */
const outside = {
  /** By the name of the object. */
  sizes: new Map<string, number>(),
  resizes: [] as number[],
  cleaned: [] as string[],
  refused: 0,
  attempts: 0,
  reachable: true,
  mayGo: true,
};

/** Characters that JSON has as they are, and YAML does not. */
const odd = '\ufeffa\u0085b \u2028 c\u007f';

const Store = resource({
  group: 'effects.test',
  version: 'v1',
  kind: 'Store',
  spec: Type.Object({
    size: Type.Integer({ default: 0 }),
    secret: Type.Optional(Type.String()),
    config: Type.Boolean({ default: true }),
    impossible: Type.Boolean({ default: false }),
    /** Renders a field that no ConfigMap has. */
    misspelt: Type.Boolean({ default: false }),
    /** What `act` throws. */
    obstacle: Type.Optional(Type.Union([Type.Literal('final'), Type.Literal('passing')])),
  }),
  status: Type.Object({
    size: Type.Optional(Type.Integer()),
    password: Type.Optional(Type.String()),
    maps: Type.Optional(Type.Integer()),
  }),
});
type Store = ObjectOf<typeof Store>;

const stores = controller(Store, {
  owns: { jobs: Job, maps: ConfigMap },
  reads: { secrets: reading(Secret, (secret, store: Store) => secret.metadata.name === store.spec.secret) },
  render: ({ metadata: { name }, spec }, { secrets }) => [
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'schema', image: 'schema' }] } } },
    },
    ...(spec.config
      ? [
          {
            apiVersion: 'v1' as const,
            kind: 'ConfigMap' as const,
            metadata: { name },
            data: { secrets: String(secrets.length), odd },
            ...(spec.misspelt && ({ date: {} } as object)),
          },
        ]
      : []),
  ],
  gate: (child, _store, { jobs }) =>
    child.kind === 'ConfigMap' && !jobs.some((job) => job.status?.succeeded) ? 'waits for the schema' : undefined,
  observe: async ({ metadata, spec }) => {
    if (spec.impossible) {
      outside.refused++;
      throw new TerminalError('Impossible', 'this can never be');
    }
    return metadata.name.startsWith('sized')
      ? { size: outside.reachable ? (outside.sizes.get(metadata.name) ?? 0) : undefined }
      : { size: spec.size };
  },
  plan: ({ metadata, spec }, _children, { size }) =>
    size !== undefined && size < spec.size
      ? { type: 'Grow', message: `from ${size}`, event: !metadata.name.endsWith('quietly'), to: size + 1 }
      : undefined,
  act: async ({ to }, { metadata, spec }) => {
    outside.attempts++;
    if (spec.obstacle === 'final') throw new TerminalError('TooBig', 'this can never grow');
    if (spec.obstacle) throw new Error('not now');
    outside.resizes.push(to);
    outside.sizes.set(metadata.name, to);
  },
  status: (_store, { secrets, maps }, { size }) => ({
    size,
    maps: maps.length,
    password: secrets[0]?.data?.password,
  }),
  finalize: async ({ metadata }) => {
    if (!outside.mayGo) return 0.2;
    outside.cleaned.push(metadata.name);
  },
});

const Tenant = resource({
  group: 'effects.test',
  version: 'v1',
  kind: 'Tenant',
  scope: 'Cluster',
  spec: Type.Object({}),
});
const tenants = controller(Tenant, {
  owns: { namespaces: Namespace, maps: ConfigMap },
  render: ({ metadata: { name } }) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'tenant', namespace: name } },
  ],
});

/** Of the longest kind, in a group with which a field manager has just room. */
const Longest = resource({
  group: `${'g'.repeat(40)}.effects.test`,
  version: 'v1',
  kind: `L${'l'.repeat(58)}`,
  plural: 'longest',
  spec: Type.Object({}),
});
const longest = controller(Longest, { owns: {}, render: () => [] });

const test = base.extend('stores', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Store, Tenant, Longest);
  cluster.kubelet.script({ labels: { 'batch.kubernetes.io/job-name': 'gated' } }, unready());
  const running = await Running.start(cluster, [stores, tenants, longest], { namespaces: 'all' });
  onCleanup(() => running.stop());
  return Object.assign(running, { world: new World(cluster, Store) });
});

test('a child that is held back is applied when what it waits for is there, and says so meanwhile', async ({
  stores,
  cluster,
}) => {
  await stores.world.create('gated');
  await expect
    .poll(() => stores.world.condition('gated', 'Reconciling'), eventually)
    .toMatchObject({ status: 'True', message: expect.stringMatching(/completions|waits for the schema/) });
  expect(await stores.world.child(ConfigMap, 'gated')).toBeUndefined();
  cluster.kubelet.script({ labels: { 'batch.kubernetes.io/job-name': 'gated' } }, complete());
  await cluster.kubectl(['delete', 'pod', '--selector=batch.kubernetes.io/job-name=gated', '--force']);
  await expect.poll(() => stores.world.child(ConfigMap, 'gated'), eventually).toBeDefined();
});

test('a gate delays, it never removes: what was applied stays when the gate closes again', async ({
  stores,
  cluster,
}) => {
  await stores.world.create('regated');
  await stores.world.settled('regated');
  const map = await stores.world.child(ConfigMap, 'regated');
  cluster.kubelet.script({ labels: { 'batch.kubernetes.io/job-name': 'regated' } }, unready());
  await cluster.kubectl(['delete', 'job', 'regated']);
  await stores.world.edit('regated', { spec: { size: 1 } });
  await stores.world.settled('regated', 'False');
  await quiet(stores);
  expect((await stores.world.child(ConfigMap, 'regated'))?.metadata.uid).toBe(map?.metadata.uid);
});

test('one action at a time, until the facts are as the spec says; each is an event', async ({ stores, cluster }) => {
  await stores.world.create('sized', { size: 3 });
  await expect.poll(async () => (await stores.world.get('sized')).status?.size, eventually).toBe(3);
  expect(outside.resizes).toEqual([1, 2, 3]);
  const events = await cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=sized']);
  expect(events.match(/Normal +Grow +store\/sized +from \d/g)).toHaveLength(3);
});

test('an action that is to be no event is none, unless it fails', async ({ stores, cluster }) => {
  const events = () => cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=sized-quietly']);
  await stores.world.create('sized-quietly', { size: 1 });
  await stores.world.settled('sized-quietly');
  await stores.world.edit('sized-quietly', { spec: { size: 2, obstacle: 'passing' } });
  await expect.poll(events, eventually).toContain('GrowFailed');
  expect(await events()).not.toMatch(/Normal +Grow/);
  await stores.world.edit('sized-quietly', { spec: { obstacle: null } });
  await stores.world.settled('sized-quietly');
});

test('what cannot be reached is a fact: nothing is done, and nothing fails', async ({ stores }) => {
  outside.reachable = false;
  await stores.world.edit('sized', { spec: { size: 4 } });
  await stores.world.settled('sized');
  expect(outside.sizes.get('sized')).toBe(3);
  outside.reachable = true;
});

test('a rendered field that the kind does not have is named', async ({ stores }) => {
  await stores.world.create('misspelt', { misspelt: true });
  await expect
    .poll(() => stores.world.condition('misspelt', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'Invalid',
      message: expect.stringContaining('.date: field not declared'),
    });
  await stores.world.edit('misspelt', { spec: { misspelt: false } });
  await stores.world.settled('misspelt');
});

test('what can never be is said once and not tried again', async ({ stores }) => {
  await stores.world.create('impossible', { impossible: true });
  await expect
    .poll(() => stores.world.condition('impossible', 'Stalled'), eventually)
    .toMatchObject({ status: 'True', reason: 'Impossible', message: 'this can never be' });
  // Its children are looked at again while they change: the last one comes when the Job has ended.
  await expect.poll(() => stores.world.child(ConfigMap, 'impossible'), eventually).toBeDefined();
  await quiet(stores);
  const { refused } = outside;
  await quiet(stores);
  expect(outside.refused).toBe(refused);
  await stores.world.edit('impossible', { spec: { impossible: false } });
  await stores.world.settled('impossible');
});

test.for([
  ['final', 'Stalled', { reason: 'TooBig', message: 'this can never grow' }],
  ['passing', 'Reconciling', { reason: 'ActionFailed', message: 'Grow: not now' }],
] as const)(
  'an action that fails (%s) is in the status until it succeeds',
  async ([obstacle, type, stated], { stores }) => {
    const name = `sized-${obstacle}`;
    await stores.world.create(name, { size: 1, obstacle });
    await expect
      .poll(() => stores.world.condition(name, type), eventually)
      .toMatchObject({ status: 'True', ...stated });
    expect(await stores.world.condition(name, 'Acted')).toMatchObject({ status: 'False', ...stated });
    expect(await stores.world.condition(name, 'Ready')).toMatchObject({ status: 'False' });
    if (obstacle === 'final') {
      // Its children are looked at again while they change.
      await expect.poll(() => stores.world.child(ConfigMap, name), eventually).toBeDefined();
      await quiet(stores);
      const { attempts } = outside;
      await quiet(stores);
      expect(outside.attempts).toBe(attempts);
    }
    await stores.world.edit(name, { spec: { obstacle: null } });
    await stores.world.settled(name);
    expect(await stores.world.condition(name, 'Acted')).toBeUndefined();
  },
);

test('a change of what is only read reaches the resource that it concerns', async ({ stores, cluster }) => {
  await stores.world.create('reading', { secret: 'password' });
  await stores.world.settled('reading');
  const password = async () => (await stores.world.get('reading')).status?.password;
  const rendered = async () => (await stores.world.child(ConfigMap, 'reading'))?.data?.secrets;
  expect([await password(), await rendered()]).toEqual([undefined, '0']);
  const secrets = `/api/v1/namespaces/${cluster.namespace}/secrets`;
  await cluster.api.create(secrets, { metadata: { name: 'password' }, data: { password: 'b25l' } });
  await expect.poll(password, eventually).toBe('b25l');
  await expect.poll(rendered, eventually).toBe('1');
  await cluster.api.patch(`${secrets}/password`, { data: { password: 'dHdv' } });
  await expect.poll(password, eventually).toBe('dHdv');
  await cluster.api.delete(`${secrets}/password`);
  await expect.poll(password, eventually).toBeUndefined();
  await expect.poll(rendered, eventually).toBe('0');
});

test('an object with something to clean up goes when that is done, and not before', async ({ stores }) => {
  await stores.world.create('cleaned');
  await stores.world.settled('cleaned');
  await stores.world.edit('cleaned', { metadata: { finalizers: ['effects.test/store', 'example.com/other'] } });
  outside.mayGo = false;
  await stores.world.remove('cleaned');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect((await stores.world.get('cleaned')).metadata.deletionTimestamp).toBeDefined();
  outside.mayGo = true;
  await expect.poll(() => outside.cleaned, eventually).toContain('cleaned');
  // The finalizer of others is not ours to remove.
  const finalizers = async () => (await stores.world.get('cleaned')).metadata.finalizers;
  await expect.poll(finalizers, eventually).toEqual(['example.com/other']);
  await stores.world.edit('cleaned', { metadata: { finalizers: null } });
  await expect.poll(() => stores.world.get('cleaned').catch(String), eventually).toMatch('404');
  expect(outside.cleaned.filter((name) => name === 'cleaned')).toHaveLength(1);
});

test('an object that came with our finalizer, such as from a backup, goes too', async ({ stores }) => {
  outside.mayGo = true;
  await stores.world.create('restored', {}, { finalizers: ['effects.test/store', 'example.com/other'] });
  await stores.world.settled('restored');
  await stores.world.remove('restored');
  const finalizers = async () => (await stores.world.get('restored')).metadata.finalizers;
  await expect.poll(finalizers, eventually).toEqual(['example.com/other']);
  await stores.world.edit('restored', { metadata: { finalizers: null } });
  await expect.poll(() => stores.world.get('restored').catch(String), eventually).toMatch('404');
});

test('events are written also for a long kind in a long group', async ({ stores, cluster }) => {
  expect(stores).toBeDefined();
  const events = () =>
    cluster.api.list<{ reason: string; regarding: { name: string }; reportingController: string }>(
      `/apis/events.k8s.io/v1/namespaces/${cluster.namespace}/events`,
    );
  await new World(cluster, Longest).create('long');
  const of = async () => (await events()).items.filter(({ regarding }) => regarding.name === 'long');
  await expect
    .poll(of, eventually)
    .toContainEqual(
      expect.objectContaining({ reason: 'Ready', reportingController: `${Longest.group}/${'l'.repeat(59)}` }),
    );
});

test('text reaches a child as it is, whatever characters are in it', async ({ stores }) => {
  await stores.world.create('odd');
  await stores.world.settled('odd');
  expect((await stores.world.child(ConfigMap, 'odd'))?.data?.odd).toBe(odd);
});

test('a resource in no namespace owns objects in none and in any', async ({ stores, cluster }) => {
  expect(stores).toBeDefined();
  const name = `${cluster.namespace}-tenant`;
  await cluster.api.create('/apis/effects.test/v1/tenants', {
    apiVersion: 'effects.test/v1',
    kind: 'Tenant',
    metadata: { name },
  });
  const map = () => cluster.api.get<object>(`/api/v1/namespaces/${name}/configmaps/tenant`).catch(() => undefined);
  await expect.poll(map, eventually).toMatchObject({ metadata: { ownerReferences: [{ kind: 'Tenant', name }] } });
  await cluster.kubectl(['wait', '--for=condition=Ready', `tenant/${name}`, '--timeout=20s']);
  await cluster.api.delete(`/apis/effects.test/v1/tenants/${name}`);
});
