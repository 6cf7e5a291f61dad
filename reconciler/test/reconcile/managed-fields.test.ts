import { describe, expect, it } from 'vitest';
import type { Stored } from '../../src/object.js';
import { type FieldSet, FieldSetPool, holds, owns, takeOwnedFields } from '../../src/reconcile/managed-fields.js';

/** As the API server writes it for a Deployment and a Service. */
const fields: FieldSet = {
  'f:spec': {
    'f:replicas': {},
    'f:emptyDir': {},
    'f:ports': {
      'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:name': {} },
      'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} },
    },
    'f:finalizers': { 'v:"a/b"': {} },
    'f:template': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
  },
};
const owned = (spec: object) => owns(fields, { spec });

describe('owns', () => {
  it('finds fields, items by key and items by value', () => {
    expect(owned({ replicas: 3, finalizers: ['a/b'] })).toBe(true);
    expect(owned({ template: { containers: [{ name: 'web', image: 'nginx' }] } })).toBe(true);
  });

  it('misses a field that left the set: somebody else has set it since', () => {
    expect(owned({ paused: true })).toBe(false);
    expect(owned({ template: { containers: [{ name: 'web', image: 'nginx', command: ['x'] }] } })).toBe(false);
    expect(owned({ template: { containers: [{ name: 'other', image: 'nginx' }] } })).toBe(false);
    expect(owned({ finalizers: ['c/d'] })).toBe(false);
  });

  it('takes a key that is left out for its default', () => {
    expect(owned({ ports: [{ port: 80, name: 'http' }] })).toBe(true);
    expect(owned({ ports: [{ port: 53, protocol: 'UDP' }] })).toBe(true);
    expect(owned({ ports: [{ port: 443 }] })).toBe(false);
  });

  it('takes a leaf as a whole', () => {
    expect(owned({ emptyDir: { medium: 'Memory' } })).toBe(true);
  });

  it('misses an item with the same key as another: their owner has only one', () => {
    const twin = { name: 'web', image: 'nginx' };
    expect(owned({ template: { containers: [twin, twin] } })).toBe(false);
  });

  it('does not ask for what says nothing', () => {
    expect(owned({ replicas: 1, paused: undefined, strategy: null })).toBe(true);
  });
});

describe('holds', () => {
  const created: FieldSet = {
    'f:data': {},
    'f:args': {},
    'f:image': {},
    'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:fieldRef': {} } } },
  };
  const fieldRef = { fieldPath: 'metadata.name' };
  const env = [{ name: 'A', valueFrom: { fieldRef } }];

  it('finds what is owned as a whole, with defaults of the API server in it', () => {
    const live = {
      args: ['a'],
      env: [{ name: 'B' }, { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', ...fieldRef } } }],
    };
    expect(holds(created, { args: ['a'], env }, live)).toBe(true);
  });

  it.each([
    ['emptied', { data: { a: '1' } }, { data: undefined }],
    ['filled by others', { data: { a: '1' } }, { data: { b: '1' } }],
    ['another list', { args: ['a'] }, { args: ['a', 'b'] }],
    ['something else in an item', { env }, { env: [{ name: 'A', valueFrom: { fieldRef: {} } }] }],
  ])('misses what is %s', (_, rendered, live) => {
    expect(holds(created, rendered, live)).toBe(false);
  });

  it('leaves it to ownership what a single field is', () => {
    expect(holds(created, { image: 'nginx' }, { image: 'caddy' })).toBe(true);
  });
});

describe('takeOwnedFields', () => {
  const make = (uid: string) =>
    ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: uid,
        uid,
        resourceVersion: '1',
        managedFields: [
          { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': { 'f:theirs': {} } } },
          { manager: 'ours', operation: 'Update', fieldsV1: { 'f:data': { 'f:not-applied': {} } } },
          {
            manager: 'ours',
            operation: 'Apply',
            fieldsV1: {
              'f:metadata': { 'f:ownerReferences': { [`k:{"uid":"${uid}"}`]: {} } },
              'f:data': { 'f:ours': {} },
            },
          },
          { manager: 'ours', operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': { 'f:phase': {} } } },
          { manager: 'ours', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': { 'f:size': {} } } },
          { manager: 'kubectl', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': { 'f:a': {} } } },
        ],
      },
    }) as unknown as Stored;

  it('keeps what our manager applied to the object and wrote to its status, and takes the rest off the object', () => {
    const object = make('a');
    const taken = takeOwnedFields(object, 'ours', new FieldSetPool());
    expect(taken.object?.['f:data']).toEqual({ 'f:ours': {} });
    expect(taken.status?.['f:status']).toEqual({ 'f:phase': {}, 'f:size': {} });
    expect(object.metadata).not.toHaveProperty('managedFields');
  });

  it('keeps what our manager created as long as it has applied nothing, and which shape that had', () => {
    const object = make('a');
    const fieldsV1 = { 'f:data': { 'f:created': {} } };
    const creation = { manager: 'ours-created-0123456789ab', operation: 'Update', fieldsV1 };
    const entries = object.metadata.managedFields as object[];
    const take = (managedFields: object[]) =>
      takeOwnedFields({ ...object, metadata: { ...object.metadata, managedFields } }, 'ours');
    const isOfObject = (entry: object) =>
      'subresource' in entry || !('operation' in entry && entry.operation === 'Apply');
    const onlyCreated = take([creation, ...entries.filter(isOfObject)]);
    expect(onlyCreated).toMatchObject({ object: fieldsV1, created: '0123456789ab', onlyCreated: true });
    const both = take([creation, ...entries.slice(1)]);
    expect(both).toMatchObject({ object: { 'f:data': { 'f:ours': {} } }, created: '0123456789ab', onlyCreated: false });
  });

  it('keeps one copy for all objects that differ in their owner only', () => {
    const pool = new FieldSetPool();
    expect(takeOwnedFields(make('a'), 'ours', pool).object).toBe(takeOwnedFields(make('b'), 'ours', pool).object);
  });
});
