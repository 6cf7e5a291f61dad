import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store } from '../../src/cache/store.js';
import type { KubernetesObject, Stored } from '../../src/object.js';
import { type FieldSet, owns, union } from '../../src/reconcile/field-set.js';
import { FieldSetPool } from '../../src/reconcile/managed-fields.js';
import { differenceOf } from '../../src/reconcile/purity.js';
import { isWritten } from '../../src/reconcile/status.js';

/** The API server takes 10,000 levels (encoding/json); the stack of Node ends at about 4,000 (JSON.stringify). */
const depths = fc.integer({ min: 1, max: 20_000 });

/** Maps in maps, as a custom resource with fields of any kind has them. */
function nested(depth: number, end: unknown = 1) {
  return JSON.parse(`${'{"a":'.repeat(depth)}${JSON.stringify(end)}${'}'.repeat(depth)}`);
}
function nestedFields(depth: number): FieldSet {
  return JSON.parse(`${'{"f:a":'.repeat(depth)}{}${'}'.repeat(depth)}`);
}

/** Something is true for any depth. */
function forAll(holds: (depth: number) => void): void {
  fc.assert(fc.property(depths, holds), { seed: 1, numRuns: 20, examples: [[1], [6_000], [20_000]] });
}

describe('an object of any depth', () => {
  it('is compared with what is owned of it', () =>
    forAll((depth) => {
      expect(owns(nestedFields(depth), nested(depth), () => nested(depth))).toBe(true);
      expect(owns(nestedFields(depth), nested(depth, { b: 1, a: 2 }), () => undefined)).toBe(true);
      expect(owns({ ...nestedFields(depth), 'f:b': {} }, nested(depth + 1), () => undefined)).toBe(true);
      const fields = nestedFields(depth + 1);
      expect(owns(fields, nested(depth, { b: 1 }), () => undefined)).toBe(false);
      expect(owns(fields, nested(depth, { b: [] }), () => nested(depth, {}))).toBe(true);
      expect(owns(fields, nested(depth, { b: [] }), () => nested(depth, { b: [1] }))).toBe(false);
    }));

  it('shares what is owned of it with others', () =>
    forAll((depth) => {
      const pool = new FieldSetPool();
      expect(pool.share(nestedFields(depth))).toBe(pool.share(nestedFields(depth)));
    }));

  it('has what two entries own of it', () =>
    forAll((depth) => {
      let all = union({ 'f:a': nestedFields(depth) }, { 'f:a': { 'f:b': {} }, 'f:c': {} });
      expect(Object.keys(all)).toEqual(['f:a', 'f:c']);
      expect(Object.keys(all['f:a'] ?? {}).sort()).toEqual(['f:a', 'f:b']);
      for (let level = 0; level <= depth; level++) all = all['f:a'] as FieldSet;
      expect(all).toEqual({});
    }));

  it('is in the cache, with the objects around it', () =>
    forAll((depth) => {
      const store = new Store('ours');
      const put = (resourceVersion: string, end: unknown) => {
        const managedFields = [{ manager: 'ours', operation: 'Apply', fieldsV1: nestedFields(depth) }];
        const metadata = { name: 'deep', uid: 'deep', resourceVersion, managedFields };
        store.put({ apiVersion: 'v1', kind: 'Deep', metadata, spec: nested(depth, end) } as unknown as Stored);
      };
      put('1', 1);
      put('2', 2);
      expect(store.get('deep')?.metadata.resourceVersion).toBe('2');
    }));

  it('has a status that is as it was', () =>
    forAll((depth) => {
      const status = { fact: nested(depth, null), time: new Date(0) };
      expect(isWritten(status, { fact: nested(depth, null), time: '1970-01-01T00:00:00.000Z' }, undefined)).toBe(true);
      expect(isWritten(status, { fact: nested(depth, 1), time: '1970-01-01T00:00:00.000Z' }, undefined)).toBe(false);
    }));

  it('is distinguished from another one', () => {
    const deep = (end: number) => [{ kind: 'Deep', metadata: { name: 'deep' }, spec: nested(7_000, end) }];
    expect(differenceOf(deep(1) as KubernetesObject[], deep(1) as KubernetesObject[])).toBeUndefined();
    expect(differenceOf(deep(1) as KubernetesObject[], deep(2) as KubernetesObject[])).toMatch(/^Deep deep differs in/);
  });
});
