import { Type } from '@sinclair/typebox';
import { type Action, controller, type ObjectOf, reading, resource, type Stored } from 'cdk8s-reconciler';
import { Pod, Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { define, delayWatch, eventually, Running, World } from './running.js';

/** Members with a volume each, whose pods the controller replaces itself. */
const Ring = resource({
  group: 'act.test',
  version: 'v1',
  kind: 'Ring',
  spec: Type.Object({
    storage: Type.String({ default: '1Gi' }),
    version: Type.String({ default: '1' }),
  }),
});
type Ring = ObjectOf<typeof Ring>;
type Step = Action & { readonly set?: Stored<StatefulSet>; readonly pod?: Stored<Pod> };

const storageOf = (set?: StatefulSet) => set?.spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.storage;
const outgrown = (ring: Ring, set?: StatefulSet) => set !== undefined && storageOf(set) !== ring.spec.storage;

const rings = controller(Ring, {
  owns: { sets: StatefulSet },
  reads: { pods: reading(Pod, (pod, ring: Ring) => pod.metadata.labels?.ring === ring.metadata.name) },
  permissions: [{ kind: Pod, verbs: ['delete'] }],
  render: (ring) => [statefulSet(ring)],
  // Claims are for ever: a change of them is refused, so it waits until the set is gone.
  gate: (child, ring, { sets: [set] }) =>
    child.kind === 'StatefulSet' && outgrown(ring, set) ? 'waits until the StatefulSet is created again' : undefined,
  plan: (ring, { sets: [set], pods }): Step | undefined => {
    if (set && !set.metadata.deletionTimestamp && outgrown(ring, set)) return { type: 'Recreate', set };
    const pod = pods.find(
      ({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.version !== ring.spec.version,
    );
    return pod && { type: 'Replace', message: pod.metadata.name, pod };
  },
  act: async ({ set, pod }, _ring, cluster) => {
    if (set) await cluster.delete(StatefulSet, set, { propagationPolicy: 'Orphan' });
    if (pod) await cluster.delete(Pod, pod);
  },
});

function statefulSet({ metadata: { name }, spec: { storage, version } }: Ring): StatefulSet {
  const labels = { ring: name };
  const set: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      replicas: 2,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'OnDelete' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, version } },
        spec: { containers: [{ name: 'member', image: 'member' }] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
        },
      ],
    },
  };
  return set;
}

const test = base.extend('rings', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Ring);
  const running = await Running.start(cluster, [rings]);
  onCleanup(() => running.stop());
  const pods = async (name: string) => {
    const path = `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=ring%3D${name}`;
    return (await cluster.api.list<Stored<Pod>>(path)).items;
  };
  return { running, world: new World(cluster, Ring), pods };
});

const uids = (pods: readonly Stored[]) => pods.map(({ metadata }) => metadata.uid).sort();

test('a StatefulSet is created again while its pods run on', async ({ rings }) => {
  await rings.world.create('grown');
  await rings.world.settled('grown');
  const before = await rings.world.child(StatefulSet, 'grown');
  const pods = uids(await rings.pods('grown'));
  expect(pods).toHaveLength(2);

  await rings.world.edit('grown', { spec: { storage: '2Gi' } });
  const storage = async () => storageOf(await rings.world.child(StatefulSet, 'grown'));
  await expect.poll(storage, eventually).toBe('2Gi');
  await rings.world.settled('grown');
  const after = await rings.world.child(StatefulSet, 'grown');
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  const adopted = async () => (await rings.pods('grown')).map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
  await expect.poll(adopted, eventually).toEqual([after?.metadata.uid, after?.metadata.uid]);
  expect(uids(await rings.pods('grown'))).toEqual(pods);
});

test('what was done is not done again while the watch is behind', async ({ rings }) => {
  const { proxy } = rings.running;
  await rings.world.create('behind');
  await rings.world.settled('behind');
  const late = proxy.inject({
    on: ({ path, watch }) => watch && path.endsWith('/pods'),
    effect: { do: 'delay', milliseconds: 3000 },
  });
  proxy.resetAll();
  await expect.poll(() => late.hits, eventually).toBeGreaterThan(0);
  await rings.world.edit('behind', { spec: { version: '2' } });
  for (let i = 0; i < 8; i++) {
    await rings.world.edit('behind', { metadata: { annotations: { touched: String(i) } } });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const versions = async () =>
    (await rings.pods('behind')).map(({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.version);
  await expect.poll(versions, eventually).toEqual(['2', '2']);
  const deletions = proxy.requests.filter(({ method, path }) => method === 'DELETE' && /pods\/behind-\d$/.test(path));
  expect(deletions).toHaveLength(2);
  late.remove();
});

test('what was made is not made again while the watch is behind, where reads go by a label', async ({ cluster }) => {
  const Maker = resource({ group: 'act.test', version: 'v1', kind: 'Maker', spec: Type.Object({}) });
  await define(cluster, Maker);
  let made = 0;
  const makers = controller(Maker, {
    owns: {},
    reads: { secrets: reading(Secret, 'maker') },
    render: () => [],
    plan: (_, { secrets }) => (secrets.length === 0 ? { type: 'Make' } : undefined),
    act: async (_step, { metadata: { name, namespace } }, context) => {
      made++;
      await context.apply(Secret, { metadata: { name: `made-${made}`, namespace, labels: { maker: name } } });
    },
  });
  const running = await Running.start(cluster, [makers]);
  await expect.poll(() => running.ready, eventually).toBe(true);
  const endDelay = await delayWatch(running, 'secrets');
  const world = new World(cluster, Maker);
  await world.create('maker');
  await world.settled('maker');
  for (let i = 0; i < 8; i++) {
    await world.edit('maker', { metadata: { annotations: { touched: String(i) } } });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(made).toBe(1);
  endDelay();
  await running.stop();
});
