import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { objectPath } from '../../src/client/endpoint.js';
import { define, eventually, quiet, Running, World } from './running.js';

/*
 * Children, the finalizer and what `act` applies have a field manager each: an apply takes away what its manager had
 * applied before.
 */

const declare = (kind: string) =>
  resource({
    ...{ group: 'managers.test', version: 'v1', kind },
    spec: Type.Object({ text: Type.Optional(Type.String()), parent: Type.Optional(Type.Boolean()) }),
  });

test('an object that is a child of its own kind keeps what is rendered beside its finalizer', async ({ cluster }) => {
  const Tree = declare('Tree');
  await define(cluster, Tree);
  const trees = controller(Tree, {
    owns: { trees: Tree },
    render: ({ metadata: { name }, spec }) =>
      spec.parent
        ? [
            {
              ...{ apiVersion: 'managers.test/v1', kind: 'Tree' },
              metadata: { name: `${name}-a` },
              spec: { text: 'a' },
            },
          ]
        : [],
    finalize: async () => {},
  });
  const running = await Running.start(cluster, [trees]);
  const world = new World(cluster, Tree);
  await world.create('tree', { parent: true });
  await world.settled('tree');
  await quiet(running);
  const { metadata, spec } = await world.get('tree-a');
  expect(spec).toEqual({ text: 'a' });
  expect([metadata.finalizers, metadata.ownerReferences?.length]).toEqual([['managers.test/tree'], 1]);
  await world.remove('tree');
  await expect.poll(() => world.child(Tree, 'tree-a'), eventually).toBeUndefined();
  await running.stop();
});

test('what act applies takes nothing from the finalizer, nor from children', async ({ cluster }) => {
  const Marked = declare('Marked');
  await define(cluster, Marked);
  const finalized: string[] = [];
  const marking = controller(Marked, {
    owns: { maps: ConfigMap },
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: { a: '1' } })],
    plan: ({ metadata }, { maps: [map] }) =>
      metadata.annotations?.done && map?.metadata.annotations?.done ? undefined : { type: 'Mark' },
    act: async (_step, { metadata: { name, namespace } }, context) => {
      const metadata = { name, namespace, annotations: { done: 'yes' } };
      await context.apply(ConfigMap, { metadata });
      await context.apply(Marked, { apiVersion: 'managers.test/v1', kind: 'Marked', metadata } as never);
    },
    finalize: async ({ metadata: { name } }) => void finalized.push(name),
  });
  const running = await Running.start(cluster, [marking]);
  const world = new World(cluster, Marked);
  await world.create('marked');
  const marks = async () => [await world.get('marked'), (await world.child(ConfigMap, 'marked'))!] as const;
  const done = async () => (await marks()).map((object) => object?.metadata.annotations?.done);
  await expect.poll(done, eventually).toEqual(['yes', 'yes']);
  await quiet(running);
  const [object, map] = await marks();
  expect(object.metadata.finalizers).toEqual(['managers.test/marked']);
  expect(map).toMatchObject({ data: { a: '1' }, metadata: { ownerReferences: [{ name: 'marked' }] } });
  expect(running.writes.filter((write) => write === 'PATCH markeds/marked')).toHaveLength(2);
  await world.remove('marked');
  await expect.poll(() => finalized, eventually).toEqual(['marked']);
  await running.stop();
});

test('a finalizer that another writer takes away again and again is left to it, and the writer is named', async ({
  cluster,
}) => {
  const Guarded = declare('Guarded');
  await define(cluster, Guarded);
  const guarding = controller(Guarded, {
    owns: { maps: ConfigMap },
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: { a: '1' } })],
    finalize: async () => {},
  });
  const running = await Running.start(cluster, [guarding]);
  const world = new World(cluster, Guarded);
  await world.create('guarded');
  await world.settled('guarded');
  const path = `${objectPath(Guarded, 'guarded', cluster.namespace)}?fieldManager=stripper`;
  const strip = { metadata: { finalizers: null, annotations: { stripped: 'yes' } } };
  const takeAway = async () => {
    const { metadata } = await world.get('guarded');
    if (metadata.finalizers) await cluster.api.patch(path, strip);
    return (await world.condition('guarded', 'Stalled')) ?? {};
  };
  await expect.poll(takeAway, eventually).toMatchObject({ status: 'True', reason: 'Rival' });
  const { message } = (await world.condition('guarded', 'Stalled'))!;
  expect(message).toMatch(
    /^finalizer managers.test\/guarded of Guarded .* by one of stripper, unknown: let that leave metadata.f/,
  );

  await quiet(running);
  const before = running.writes.length;
  await world.edit('guarded', { metadata: { annotations: { stripped: 'again' } } });
  await world.edit('guarded', { spec: { text: 'again' } });
  await world.settled('guarded', 'False');
  expect(running.writes.slice(before)).toEqual(['PUT guarded/status']);
  expect((await world.get('guarded')).metadata.finalizers).toBeUndefined();
  await running.stop();
});
