import { describe, expect, it } from 'vitest';
import type { Stored } from '../../src/object.js';
import { type FieldSet, FieldSetPool, owns, takeOwnedFields } from '../../src/run/managed-fields.js';

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

  it('does not ask for what says nothing', () => {
    expect(owned({ replicas: 1, paused: undefined, strategy: null })).toBe(true);
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
        ],
      },
    }) as unknown as Stored;

  it('keeps what our manager applied, for the object and its status, and takes the rest off the object', () => {
    const object = make('a');
    const taken = takeOwnedFields(object, 'ours', new FieldSetPool());
    expect(taken.object?.['f:data']).toEqual({ 'f:ours': {} });
    expect(taken.status?.['f:status']).toEqual({ 'f:phase': {} });
    expect(object.metadata).not.toHaveProperty('managedFields');
  });

  it('keeps one copy for all objects that differ in their owner only', () => {
    const pool = new FieldSetPool();
    expect(takeOwnedFields(make('a'), 'ours', pool).object).toBe(takeOwnedFields(make('b'), 'ours', pool).object);
  });
});
