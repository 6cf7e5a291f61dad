import { Type } from '@sinclair/typebox';
import { type Condition, controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { objectPath } from '../../src/client/endpoint.js';
import { define, delayWatch, eventually, quiet, Running, World } from './running.js';

const declare = (more: object) =>
  resource({
    group: 'status.test',
    version: 'v1',
    kind: 'Note',
    spec: Type.Object({ text: Type.Optional(Type.String()), ...more }),
    status: Type.Object({ shown: Type.Optional(Type.String()), others: Type.Optional(Type.String()) }),
  });
const Note = declare({});

const test = base.extend('notes', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Note);
  const notes = controller(Note, {
    owns: { maps: ConfigMap },
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: { a: '1' } })],
    // Also when others change the child, which is put back: its version is another one then.
    status: ({ spec }, { maps: [map] }) => ({ shown: spec.text && `${spec.text} ${map?.metadata.resourceVersion}` }),
  });
  const running = await Running.start(cluster, [notes]);
  onCleanup(() => running.stop());
  const world = new World(cluster, Note);
  /** Merge-patches a status, as other programs do. */
  const edit = (name: string, status: object, type: 'merge' | 'apply' = 'merge', manager = 'others') => {
    const path = `${objectPath(Note, name, cluster.namespace)}/status?fieldManager=${manager}&force=true`;
    const { apiVersion } = Note;
    const body = { ...(type === 'apply' && { apiVersion, kind: 'Note', metadata: { name } }), status };
    return cluster.api.patch(type === 'apply' ? path : path.replace('&force=true', ''), body, type);
  };
  const status = async (name: string) => (await world.get(name)).status as Record<string, unknown> | undefined;
  return { running, world, status, edit, fieldManager: notes.fieldManager };
});

const theirs: Condition = {
  type: 'Audited',
  status: 'True',
  reason: 'Audited',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

test('what others change in a status is put right, what they add stays', async ({ notes }) => {
  await notes.world.create('forged', { text: 'a' });
  await notes.world.settled('forged');
  const before = await notes.status('forged');
  await notes.edit('forged', { shown: 'forged', others: 'theirs' });
  await expect.poll(() => notes.status('forged'), eventually).toEqual({ ...before, others: 'theirs' });
  await notes.edit('forged', { conditions: [theirs] }, 'apply');
  await notes.world.edit('forged', { spec: { text: 'b' } });
  await notes.world.settled('forged');
  expect(await notes.world.condition('forged', 'Audited')).toEqual(theirs);
  expect(await notes.status('forged')).toMatchObject({ others: 'theirs', shown: expect.stringMatching(/^b/) });
});

test('what is stated no more goes, also where a release before has applied it', async ({ notes }) => {
  await notes.world.create('stated', { text: 'a' });
  await notes.world.settled('stated');
  await notes.world.edit('stated', { spec: { text: null } });
  await expect.poll(() => notes.status('stated'), eventually).not.toHaveProperty('shown');
  await notes.edit('stated', { others: 'a release before' }, 'apply', notes.fieldManager);
  await expect.poll(() => notes.status('stated'), eventually).not.toHaveProperty('others');
});

test('what others have added, and what was stated, outlasts a pause as it is', async ({ notes }) => {
  await notes.world.create('paused', { text: 'a' });
  await notes.world.settled('paused');
  const brief = { type: 'Brief', status: 'True' };
  await notes.edit('paused', { conditions: [brief] }, 'apply');
  const { shown } = (await notes.status('paused')) ?? {};
  const pause = (value: string | null) =>
    notes.world.edit('paused', { metadata: { annotations: { 'status.test/paused': value } } });
  await pause('true');
  await expect.poll(() => notes.world.condition('paused', 'Paused'), eventually).toMatchObject({ status: 'True' });
  expect(await notes.status('paused')).toMatchObject({ shown });
  await pause(null);
  await expect.poll(() => notes.world.condition('paused', 'Paused'), eventually).toBeUndefined();
  await quiet(notes.running);
  expect(await notes.world.condition('paused', 'Brief')).toEqual(brief);
});

test('a standard condition that is not so goes, also one that came from a backup', async ({ notes }) => {
  await notes.world.create('restored', { text: 'a' });
  await notes.world.settled('restored');
  const acted = { ...theirs, type: 'Acted', status: 'False', reason: 'ActionFailed', message: 'long ago' };
  await notes.edit('restored', { conditions: [acted] }, 'apply');
  await expect.poll(() => notes.world.condition('restored', 'Acted'), eventually).toBeUndefined();
  await quiet(notes.running);
  expect(await notes.world.condition('restored', 'Ready')).toMatchObject({ status: 'True' });
});

test('a status leaves alone who owns the rest of the object', async ({ notes }) => {
  const labels = { team: 'shop' };
  await notes.world.create('owned', { text: 'a' }, { labels });
  await notes.world.settled('owned');
  const { metadata, spec } = await notes.world.get('owned');
  expect([metadata.labels, spec]).toEqual([labels, { text: 'a' }]);
  const [creation] = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  expect(creation?.fieldsV1).toMatchObject({
    'f:metadata': { 'f:labels': { 'f:team': {} } },
    'f:spec': { 'f:text': {} },
  });
});

test('a status is written though others have changed the object meanwhile, and keeps that change', async ({
  notes,
  cluster,
}) => {
  await notes.world.create('overtaken', { text: 'a' });
  await notes.world.settled('overtaken');
  const inTime = await delayWatch(notes.running, 'notes');
  await notes.world.edit('overtaken', { metadata: { labels: { team: 'shop' } } });
  await notes.edit('overtaken', { others: 'theirs' });
  const before = await notes.status('overtaken');
  await cluster.api.patch(objectPath(ConfigMap, 'overtaken', cluster.namespace), { data: { a: 'by hand' } });
  await expect.poll(() => notes.status('overtaken'), { timeout: 3000, interval: 30 }).not.toEqual(before);
  expect(await notes.status('overtaken')).toMatchObject({ others: 'theirs' });
  expect((await notes.world.get('overtaken')).metadata.labels).toEqual({ team: 'shop' });
  await quiet(notes.running);
  inTime();
});

test('a status is written though the schema has lost a field that the object had', async ({ notes, cluster }) => {
  await define(cluster, declare({ old: Type.Optional(Type.String()) }));
  const created = () => notes.world.create('pruned', { text: 'a', old: 'b' });
  // The API server takes a moment until it knows a field that is new.
  await expect.poll(async () => (await created()).spec.old ?? notes.world.remove('pruned'), eventually).toBe('b');
  await notes.world.settled('pruned');
  await define(cluster, Note);
  await expect.poll(async () => (await notes.world.get('pruned')).spec, eventually).toEqual({ text: 'a' });
  const before = await notes.status('pruned');
  await cluster.api.patch(objectPath(ConfigMap, 'pruned', cluster.namespace), { data: { a: 'by hand' } });
  await expect.poll(() => notes.status('pruned'), eventually).not.toEqual(before);
});
