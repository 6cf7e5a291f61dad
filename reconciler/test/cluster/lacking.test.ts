import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { FaultyProxy } from 'cdk8s-reconciler/testing';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { objectPath } from '../../src/client/endpoint.js';
import { define, eventually, quiet, Running, World } from './running.js';

const declare = (fields: object) =>
  resource({
    ...{ group: 'lacking.test', version: 'v1', kind: 'Note' },
    spec: Type.Object({ text: Type.String(), ...(fields as { extra: ReturnType<typeof extra> }) }),
    status: Type.Object({ hand: Type.Optional(Type.String()) }),
  });
const extra = () => Type.Optional(Type.String());
const Note = declare({ extra: extra() });
const Older = declare({});

/** A child that shows the spec, and a status that shows an annotation of the child. */
const controlled = controller(Note, {
  owns: { maps: ConfigMap },
  render: ({ metadata: { name }, spec: { text, extra = 'none' } }) => [
    manifest(ConfigMap, name, { data: { text, extra } }),
  ],
  status: (_, { maps: [map] }) => ({ hand: map?.metadata.annotations?.hand ?? '' }),
});

const test = base.extend('notes', async ({ cluster }, { onCleanup }) => {
  await define(cluster, Note);
  const running = await Running.start(cluster, [controlled]);
  onCleanup(() => running.stop());
  const world = new World(cluster, Note);
  const events = () =>
    cluster.api.list<{ reason: string; note: string }>(`/apis/events.k8s.io/v1/namespaces/${cluster.namespace}/events`);
  return {
    ...{ running, world },
    map: async (name: string) => (await world.child(ConfigMap, name))?.data,
    mapPath: (name: string) => objectPath(ConfigMap, name, cluster.namespace),
    reported: async () => (await events()).items.some(({ reason }) => reason === 'DefinitionIncomplete'),
  };
});

test('a definition that lacks a field stops everything, says so, and goes on by itself once it is whole', async ({
  notes: { running, world, map, mapPath, reported },
  cluster,
}) => {
  await world.create('kept', { text: 'a', extra: 'b' });
  await world.settled('kept');
  expect(await map('kept')).toEqual({ text: 'a', extra: 'b' });

  await define(cluster, Older);
  await expect.poll(() => running.notReady, eventually).toMatch('notes.lacking.test lacks .spec.extra');
  await expect.poll(reported, eventually).toBe(true);
  running.proxy.requests.length = 0;
  await cluster.api.patch(mapPath('kept'), { metadata: { annotations: { hand: 'seen' } }, data: { text: 'by hand' } });
  await quiet(running);
  expect(running.writes).toEqual([]);

  await define(cluster, Note);
  await expect.poll(() => map('kept'), eventually).toEqual({ text: 'a', extra: 'b' });
  await expect.poll(async () => (await world.get('kept')).status, eventually).toMatchObject({ hand: 'seen' });
  expect(running.notReady).toBeUndefined();
  expect((await world.get('kept')).spec).toEqual({ text: 'a', extra: 'b' });
});

test('an edit at once after the definition has lost a field is not acted on, however late its watch ends', async ({
  notes: { running, world, map },
  cluster,
}) => {
  await world.create('edited', { text: 'a', extra: 'b' });
  await world.settled('edited');
  await define(cluster, Older);
  // The API server knows the change a moment later itself.
  const edit = async (text: string) => {
    const path = objectPath(Note, 'edited', cluster.namespace);
    return (await cluster.api.patch<{ spec: object }>(path, { spec: { text, extra: 'b' } })).spec;
  };
  for (let i = 0; 'extra' in (await edit(`c${i}`)); i++);
  await expect.poll(() => running.notReady, eventually).toMatch('lacks .spec.extra');
  expect(await map('edited')).toMatchObject({ extra: 'b' });

  await define(cluster, Note);
  await edit('d');
  await expect.poll(() => map('edited'), eventually).toEqual({ text: 'd', extra: 'b' });
});

test('a status takes no field away, also before the change of the definition is noticed', async ({
  notes: { running, world, mapPath },
  cluster,
}) => {
  await world.create('left', { text: 'a', extra: 'b' });
  await world.settled('left');
  const silence = running.proxy.inject({
    on: ({ path, watch }) => watch && path.endsWith('/notes'),
    effect: { do: 'silence' },
  });
  running.proxy.requests.length = 0;
  running.proxy.resetAll();
  await expect.poll(() => silence.hits, eventually).toBeGreaterThan(0);
  const isLook = ({ path }: { readonly path: string }) => path.includes('customresourcedefinitions');
  await expect.poll(() => running.proxy.requests.some(isLook), eventually).toBe(true);
  // A watch that is opened once more would notice the change.
  const attempts = async () => {
    const before = silence.hits;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return silence.hits - before;
  };
  await expect.poll(attempts, eventually).toBe(0);
  await define(cluster, Older);
  await expect.poll(async () => (await world.get('left')).spec, eventually).toEqual({ text: 'a' });
  running.proxy.requests.length = 0;
  await cluster.api.patch(mapPath('left'), { metadata: { annotations: { hand: 'seen' } } });
  await expect.poll(() => running.writes, eventually).toContain('PUT left/status');

  await define(cluster, Note);
  await expect.poll(async () => (await world.get('left')).spec, eventually).toEqual({ text: 'a', extra: 'b' });
  silence.remove();
});

test('an operator that may not read the definition works without that', async ({ cluster }) => {
  await define(cluster, Note);
  const proxy = await FaultyProxy.start(cluster.controlPlane.kubeconfig);
  const refusal = proxy.inject({
    on: ({ path }) => path.includes('customresourcedefinitions'),
    effect: { do: 'answer', status: 403 },
  });
  const running = await Running.start(cluster, [controlled], { proxy });
  const world = new World(cluster, Note);
  await world.create('plain', { text: 'a' });
  await world.settled('plain');
  expect(refusal.hits).toBeGreaterThan(0);
  await running.stop();
});
