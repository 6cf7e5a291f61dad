import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { define, eventually, quiet, Running, World } from './running.js';

const group = 'level.test';
const spec = Type.Object({});

/** Its second child depends on what its status says of the first one. */
const Stage = resource({
  group,
  version: 'v1',
  kind: 'Stage',
  spec,
  status: Type.Object({ phase: Type.Optional(Type.String()) }),
});
const stages = controller(Stage, {
  owns: { maps: ConfigMap },
  render: ({ metadata: { name }, status }) => [
    manifest(ConfigMap, `${name}-1`, { data: {} }),
    ...(status?.phase === 'second' ? [manifest(ConfigMap, `${name}-2`, { data: {} })] : []),
  ],
  status: (_, { maps }) => ({ phase: maps.length > 0 ? 'second' : 'first' }),
});

/** Each counts how many of all say that they are up. */
const Peer = resource({
  group,
  version: 'v1',
  kind: 'Peer',
  spec,
  status: Type.Object({ up: Type.Optional(Type.Boolean()), count: Type.Optional(Type.Integer()) }),
});
const peers = controller(Peer, {
  owns: { maps: ConfigMap },
  reads: { peers: reading(Peer, (_: ObjectOf<typeof Peer>) => true) },
  render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: {} })],
  status: (_, read) => ({
    up: read.maps.length > 0,
    count: read.peers.filter(({ status }) => status?.up).length,
  }),
});

const test = base.extend('running', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Stage, Peer);
  const running = await Running.start(cluster, [stages, peers]);
  onCleanup(() => running.stop());
  return running;
});

test('a child that depends on the own status is there when the status says so, for every object', async ({
  cluster,
  running,
}) => {
  const world = new World(cluster, Stage);
  const names = Array.from({ length: 8 }, (_, i) => `stage-${i}`);
  await Promise.all(names.map((name) => world.create(name)));
  for (const name of names) {
    await expect.poll(() => world.child(ConfigMap, `${name}-2`), eventually).toBeDefined();
    await world.settled(name);
  }
  await quiet(running);
});

test('siblings that count each other end with the right counts, and then nothing is written', async ({
  cluster,
  running,
}) => {
  const world = new World(cluster, Peer);
  const names = Array.from({ length: 6 }, (_, i) => `peer-${i}`);
  const counts = () => Promise.all(names.map(async (name) => (await world.get(name)).status?.count));
  await Promise.all(names.map((name) => world.create(name)));
  await expect.poll(counts, eventually).toEqual(names.map(() => names.length));
  await quiet(running);
  running.proxy.requests.length = 0;
  await quiet(running);
  expect(running.writes).toEqual([]);
});
