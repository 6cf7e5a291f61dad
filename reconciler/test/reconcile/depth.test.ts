import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store } from '../../src/cache/store.js';
import { equal } from '../../src/equal.js';
import { initially, listOfBoth } from '../../src/initially.js';
import { kind } from '../../src/kind.js';
import type { KubernetesObject, Stored } from '../../src/object.js';
import { compare, compareRenderings } from '../../src/plan/compare.js';
import { bodyOf } from '../../src/reconcile/body.js';
import { type FieldSet, overlaps, owns, union, without } from '../../src/reconcile/field-set.js';
import { FieldSetPool } from '../../src/reconcile/managed-fields.js';
import type { Desired } from '../../src/reconcile/ownership.js';
import { differenceOf } from '../../src/reconcile/purity.js';
import { isWritten } from '../../src/reconcile/status.js';
import { obstacles } from '../../src/reconcile/take-over.js';

/** The API server takes 10,000 levels (encoding/json); the stack of Node ends at about 4,000 (JSON.stringify). */
const depths = fc.integer({ min: 1, max: 20_000 });

const Deep = kind('my.domain/v1', 'Deep');
const specOf = (object: object) => (object as { readonly spec?: unknown }).spec;

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

  it('is compared with what others own of it', () =>
    forAll((depth) => {
      expect(overlaps(nestedFields(depth), nested(depth))).toBe(true);
      expect(overlaps(nestedFields(depth), nested(depth - 1, { b: 1 }))).toBe(false);
    }));

  it('is taken from others, and is in the way', () =>
    forAll((depth) => {
      const fields = nestedFields(depth);
      expect(without(fields, fields)).toEqual({});
      expect(equal(without(fields, { 'f:b': {} }), fields)).toBe(true);
      const field = 'a.'.repeat(depth).concat('b');
      const found = obstacles([{ field }], nested(depth, {}), nested(depth, { b: 1 }), []);
      expect(equal(found, { ...JSON.parse(`${'{"f:a":'.repeat(depth)}{"f:b":{}}${'}'.repeat(depth)}`) })).toBe(true);
    }));

  it('is applied, with values that it only started with', () =>
    forAll((depth) => {
      const child = { apiVersion: 'my.domain/v1', kind: 'Deep', metadata: { name: 'deep' } };
      const rendered: KubernetesObject & { readonly spec?: object } = {
        ...child,
        spec: nested(depth, { rendered: 1 }),
      };
      const initial = { spec: nested(depth, { initial: 1 }) };
      const desired = initially(initially(rendered, initial), { spec: nested(depth, { later: 1 }) }) as Desired;
      expect(listOfBoth(desired)).toBeUndefined();
      const both = nested(depth, { rendered: 1, initial: 1, later: 1 });
      expect(equal(specOf(bodyOf(desired, Deep)), both)).toBe(true);
      const live = { ...rendered, spec: both } as unknown as Stored;
      const owned = JSON.parse(`${'{"f:a":'.repeat(depth)}{"f:initial":{}}${'}'.repeat(depth)}`);
      const kept = bodyOf(desired, Deep, live, { 'f:spec': owned });
      expect(equal(specOf(kept), nested(depth, { rendered: 1, initial: 1 }))).toBe(true);
    }));

  it('has a plan, with the path of what changes', () => {
    const child = (end: unknown) => ({ kind: 'Deep', spec: nested(7_000, end) }) as KubernetesObject;
    expect(compare(child({ b: 1, c: [{ name: 'x', y: 1 }] }), child({ b: 1, c: [{ name: 'x', y: 1 }] }))).toEqual([]);
    const [path, ...others] = compare(
      child({ b: 1, c: [{ name: 'x', y: 1 }] }),
      child({ b: 1, c: [{ name: 'x', y: 2 }] }),
    );
    expect([path?.slice(0, 9), path?.slice(-7), others]).toEqual(['spec.a.a.', '.c[x].y', []]);
    expect(compareRenderings(child(0), child({}))).toHaveLength(1);
  });

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
