import { Type } from '@sinclair/typebox';
import { controller, type Kind, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap, Namespace } from 'cdk8s-reconciler/kinds';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Caches } from '../../src/cache/caches.js';
import { KnownChildren } from '../../src/cache/known-children.js';
import type { Client } from '../../src/client/client.js';
import type { Controller } from '../../src/controller.js';
import type { Stored } from '../../src/object.js';
import { systemClock } from '../../src/queue/clock.js';
import { Queue } from '../../src/queue/queue.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { connect } from '../../src/run/triggers.js';

function objectOf({ group, version, kind, namespaced }: Kind, name: string): Stored {
  const metadata = { name, uid: name, resourceVersion: '1', ...(namespaced && { namespace: 'shop' }) };
  return { apiVersion: group ? `${group}/${version}` : version, kind, metadata };
}

it.each([
  ['a namespaced object what is in no namespace', 'Namespaced', Namespace],
  ['a namespaced object what is in its namespace', 'Namespaced', ConfigMap],
  ['an object in no namespace what is in any', 'Cluster', ConfigMap],
  ['an object in no namespace what is in none', 'Cluster', Namespace],
] as const)('shows %s, and has it reconciled when that changes', async (_, scope, kind) => {
  const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', scope, spec: Type.Object({}) });
  const reads = { read: reading(kind as Kind, () => true) };
  const web = controller(Web, { owns: {}, reads, render: () => [] }) as unknown as Controller;
  const caches = new Caches({ client: {} as Client, clock: systemClock, log: pino({ level: 'silent' }) });
  const owners = caches.get(web.resource, web.fieldManager).store;
  const known = new KnownChildren(web, caches);
  const queue = new Queue(systemClock);
  const owner = owners.put(objectOf(web.resource, 'web')) as Owner;
  connect(web, owners, known, queue);
  const read = caches.get(kind as Kind, web.fieldManager).store.put(objectOf(kind, 'read'));
  expect(known.children(owner)).toEqual({ read: [read] });
  expect(queue.depth).toBe(1);
});

it('shows children of one name in several namespaces in the same order, whichever changed last', () => {
  const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', scope: 'Cluster', spec: Type.Object({}) });
  const web = controller(Web, { owns: { maps: ConfigMap }, render: () => [] }) as unknown as Controller;
  const caches = new Caches({ client: {} as Client, clock: systemClock, log: pino({ level: 'silent' }) });
  const known = new KnownChildren(web, caches);
  const owner = objectOf(web.resource, 'web') as Owner;
  const { store } = known.cacheOf({ apiVersion: 'v1', kind: 'ConfigMap' })!;
  const ownerReferences = [{ apiVersion: 'my.domain/v1', kind: 'Web', name: 'web', uid: 'web', controller: true }];
  let version = 1;
  for (const namespace of ['b', 'a', 'c', 'b', 'a']) {
    const metadata = { name: 'same', namespace, uid: namespace, resourceVersion: String(version++), ownerReferences };
    store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    const order = known.children(owner).maps!.map((map) => map.metadata.namespace);
    expect(order).toEqual([...order].sort());
  }
});
