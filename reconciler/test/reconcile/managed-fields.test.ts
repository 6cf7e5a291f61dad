import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Stored } from '../../src/object.js';
import { FieldSetPool, takeOwnedFields } from '../../src/reconcile/managed-fields.js';

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

  it('keeps one copy for all objects that differ in their owner only', () => {
    const pool = new FieldSetPool();
    expect(takeOwnedFields(make('a'), 'ours', pool).object).toBe(takeOwnedFields(make('b'), 'ours', pool).object);
  });

  it('keeps little of objects that are gone, however many fields each had', async () => {
    const pool = new FieldSetPool();
    const fields = (i: number) => Object.fromEntries(Array.from({ length: 500 }, (_, j) => [`f:key-${i}-${j}`, {}]));
    const kept = Array.from({ length: 500 }, (_, i) => new WeakRef(pool.share({ 'f:data': fields(i) })));
    // Until then the references hold them.
    await new Promise(setImmediate);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    expect(kept.filter((one) => one.deref() !== undefined).length).toBeLessThan(150);
  });
});
