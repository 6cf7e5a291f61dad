import { Type } from '@sinclair/typebox';
import { controller, resource, TerminalError } from 'cdk8s-reconciler';
import { Deployment, Namespace, Secret, Service } from 'cdk8s-reconciler/kinds';
import { initially, manifest } from 'cdk8s-reconciler/kit';
import { describe, expect, it } from 'vitest';
import type { Controller } from '../../src/controller.js';
import type { KubernetesObject, Stored } from '../../src/object.js';
import { changeOf, desiredSet, type Known, rememberApplied, toPrune } from '../../src/reconcile/changes.js';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import type { Desired } from '../../src/reconcile/ownership.js';

const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', spec: Type.Object({}) });
const web = controller(Web, {
  owns: { deployments: Deployment, services: Service, secrets: Secret, namespaces: Namespace },
  render: () => [],
}) as unknown as Controller;

const owner = {
  apiVersion: 'my.domain/v1',
  kind: 'Web',
  metadata: { name: 'web', namespace: 'shop', uid: 'owner', resourceVersion: '1' },
} as Stored;
const child: KubernetesObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };

/** What the API server returns of an applied child: all of it is ours. */
function live(desired: Desired, metadata: object = {}): Stored {
  return { ...desired, metadata: { ...desired.metadata, uid: 'child', resourceVersion: '2', ...metadata } } as Stored;
}

function fieldsOf(value: unknown): FieldSet {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [`f:${name}`, fieldsOf(field)]));
}

function known(objects: readonly Stored[], fields: FieldSet | undefined = objects[0] && fieldsOf(objects[0])): Known {
  return {
    find: ({ kind, metadata }) =>
      objects.find((object) => object.kind === kind && object.metadata.name === metadata?.name),
    ownedFields: () => ({ object: fields }),
    ownedBy: () => objects,
  };
}

const [desired] = [...desiredSet(web, owner, [child])] as [Desired];
const changeWith = (objects: readonly Stored[], fields?: FieldSet) =>
  changeOf(web, owner, desired, known(objects, fields))?.do;

describe('what a desired child becomes', () => {
  it('is in the namespace of its owner, refers to it, and has our label and digest', () => {
    expect(desired.metadata).toMatchObject({
      namespace: 'shop',
      labels: { 'my.domain/managed-by': 'web' },
      annotations: { 'my.domain/applied': expect.stringMatching(/^[\w-]{16}\.[\w-]{16}$/) },
      ownerReferences: [{ kind: 'Web', name: 'web', uid: 'owner', controller: true, blockOwnerDeletion: true }],
    });
  });

  it('has the same digest in every reconciliation, and another one when anything changes', () => {
    const digest = (object: KubernetesObject) =>
      [...desiredSet(web, owner, [object])][0]?.metadata.annotations?.['my.domain/applied'];
    expect(digest(child)).toBe(digest({ ...child }));
    expect(digest({ ...child, spec: { ports: [] } } as KubernetesObject)).not.toBe(digest(child));
  });

  it('is what is rendered without what only the API server says, such as of an object that it is a copy of', () => {
    const metadata = {
      ...{ uid: 'source', resourceVersion: '7', generation: 2, selfLink: '/source', managedFields: [] },
      ...{ creationTimestamp: '2026-01-01T00:00:00Z', deletionTimestamp: '2026-01-02T00:00:00Z' },
      ...{ deletionGracePeriodSeconds: 5, ownerReferences: [{ ...owner, name: 'other', uid: 'other' }] },
    };
    const copy = { ...child, status: { loadBalancer: {} }, metadata: { ...child.metadata, ...metadata } };
    expect([...desiredSet(web, owner, [copy as KubernetesObject])]).toEqual([desired]);
  });

  it('has the strings of a Secret as the API server will store them', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { key: 'ü' } };
    expect([...desiredSet(web, owner, [secret])][0]).toMatchObject({ data: { key: 'w7w=' } });
    expect([...desiredSet(web, owner, [secret])][0]).not.toHaveProperty('stringData');
  });

  const impossible: [string, KubernetesObject[]][] = [
    [
      'ConfigMap shop/x: its kind v1 ConfigMap is not in owns',
      [{ ...child, kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' } }],
    ],
    ['it has no metadata.name', [{ apiVersion: 'v1', kind: 'Service' }]],
    ["in namespace other, expected shop, its owner's", [{ ...child, metadata: { name: 'x', namespace: 'other' } }]],
    ['it is in no namespace', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }]],
    ['Service shop/web twice', [child, child]],
    [
      'Service web: spec.ports is rendered, so that no items of it can be initial',
      [initially(manifest(Service, 'web', { spec: { ports: [{ port: 80 }] } }), { spec: { ports: [{ port: 443 }] } })],
    ],
  ];
  it.each(impossible)('is refused: %s', (message, rendered) => {
    expect(() => [...desiredSet(web, owner, rendered)]).toThrow(TerminalError);
    expect(() => [...desiredSet(web, owner, rendered)]).toThrow(message);
  });
});

describe('what a desired child needs', () => {
  it('is created if there is none', () => expect(changeWith([])).toBe('create'));

  it('needs nothing if all of it is ours', () => expect(changeWith([live(desired)])).toBeUndefined());

  it('is updated when a field is no longer ours', () => {
    const fields = fieldsOf(live(desired));
    const { 'f:labels': _taken, ...metadata } = fields['f:metadata']!;
    expect(changeWith([live(desired)], { ...fields, 'f:metadata': metadata })).toBe('update');
  });

  it('is updated when something else was applied last', () => {
    expect(changeWith([live(desired, { annotations: { 'my.domain/applied': 'before' } })])).toBe('update');
  });

  it('is updated when it lost its owner but has our label, as left behind by an object of that name', () => {
    expect(changeWith([live(desired, { ownerReferences: [] })])).toBe('update');
    const former = { ...owner, metadata: { ...owner.metadata, uid: 'former' } };
    const [left] = [...desiredSet(web, former, [child])] as [Desired];
    expect(changeWith([live(left, { ownerReferences: [] })])).toBe('update');
  });

  it('is refused when it lost an owner of another name', () => {
    const other = { ...owner, metadata: { ...owner.metadata, name: 'other', uid: 'other' } };
    const [left] = [...desiredSet(web, other, [child])] as [Desired];
    expect(changeWith([live(left, { ownerReferences: [] })])).toBe('refuse');
  });

  it('is refused when it only has our label, which a copy has too', () => {
    const copy = live(desired, { ownerReferences: [], annotations: {} });
    const cluster = { ...known([copy]), ownedFields: () => ({}) };
    expect(changeOf(web, owner, desired, cluster)?.do).toBe('refuse');
  });

  it.each([
    ['is taken back', 'when a backup brought it back with its annotations', (written: string) => written, 'create'],
    [
      'is refused',
      'when its annotations are those of a copy',
      (written: string) => written.replace(/\..*/, '.copy'),
      'refuse',
    ],
    [
      'is refused',
      'when they are of before there was a mark of its name',
      (written: string) => written.replace(/\..*/, ''),
      'refuse',
    ],
  ])('%s without owner and field manager %s', (_, _when, as, change) => {
    const written = desired.metadata.annotations?.['my.domain/applied'] ?? '';
    const back = live(desired, { ownerReferences: [], annotations: { 'my.domain/applied': as(written) } });
    expect(changeOf(web, owner, desired, { ...known([back]), ownedFields: () => ({}) })?.do).toBe(change);
  });

  it('is created, which finds the one that is there, when that is to be adopted by this very owner', () => {
    const stated = (adopt: string, more: object = {}) =>
      changeWith([
        live(desired, { ownerReferences: [], labels: {}, annotations: { 'my.domain/adopt': adopt }, ...more }),
      ]);
    expect(stated('web')).toBe('create');
    expect(stated('web, cert-manager-cainjector')).toBe('create');
    expect(stated('other')).toBe('refuse');
    expect(stated('web', { ownerReferences: [{ uid: 'other', controller: true }] })).toBe('refuse');
  });

  it('is refused when it has another owner, or none and lacks our label', () => {
    const other = { ownerReferences: [{ uid: 'other', controller: true }] };
    expect(changeWith([live(desired, other)])).toBe('refuse');
    expect(changeWith([live(desired, { ownerReferences: undefined, labels: {}, annotations: {} })])).toBe('refuse');
  });

  it('waits while the old one is on its way out', () => {
    expect(changeWith([live(desired, { deletionTimestamp: 'now' })])).toBe('wait');
  });

  it('is not applied again for a field that never becomes ours', () => {
    const odd = [...desiredSet(web, owner, [{ ...child, spec: { gone: 1 } } as KubernetesObject])][0]!;
    const fields = fieldsOf(live(desired));
    const cluster = known([live(odd)], fields);
    expect(changeOf(web, owner, odd, cluster)?.do).toBe('update');
    rememberApplied(web, odd, live(odd), { object: fields });
    expect(changeOf(web, owner, odd, cluster)).toBeUndefined();
  });
});

describe('toPrune', () => {
  it('are what is owned and no longer rendered, except what goes already', () => {
    const old = live(desired, { name: 'old', uid: 'old' });
    const going = live(desired, { name: 'going', uid: 'going', deletionTimestamp: 'now' });
    expect(toPrune(owner, [desired], known([live(desired), old, going]))).toEqual([old]);
  });
});
