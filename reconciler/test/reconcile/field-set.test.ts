import { describe, expect, it, vi } from 'vitest';
import { type FieldSet, overlaps, owns, union, without } from '../../src/reconcile/field-set.js';

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
const owned = (spec: object, live?: unknown) => owns(fields, { spec }, () => ({ spec: live }));

describe('owns', () => {
  it('finds fields, items by key and items by value', () => {
    expect(owned({ replicas: 3, finalizers: ['a/b'] })).toBe(true);
    expect(owned({ template: { containers: [{ name: 'web', image: 'nginx' }] } })).toBe(true);
  });

  it('misses a field that left the set: others have set it since', () => {
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

  it('takes a list without items, which only atomic lists have recorded, for owned as long as there are none', () => {
    const container = (args: string[]) => ({ template: { containers: [{ name: 'web', image: 'nginx', args }] } });
    const sidecar = { name: 'sidecar', args: ['theirs'] };
    const running = (args?: string[]) => ({ template: { containers: [sidecar, { name: 'web', args }] } });
    expect(owned(container([]), running())).toBe(true);
    expect(owned(container([]), running([]))).toBe(true);
    expect(owned(container([]), running(['theirs']))).toBe(false);
    expect(owned(container(['ours']), running())).toBe(false);
  });

  it('does not ask for what says nothing', () => {
    expect(owned({ replicas: 1, paused: undefined, strategy: null })).toBe(true);
  });
});

/** A list of so many items, whose looks at single fields are counted. */
function counted(length: number) {
  let looks = 0;
  const items = Array.from({ length }, (_, i) => {
    const item = { name: `VARIABLE_${i}`, value: String(i) };
    return new Proxy(item, {
      get: (target, name: 'name' | 'value') => {
        looks++;
        return target[name];
      },
    });
  });
  const entries = items.map((_, i) => [`k:{"name":"VARIABLE_${i}"}`, { '.': {}, 'f:name': {}, 'f:value': {} }]);
  const fields: FieldSet = { 'f:env': Object.fromEntries(entries) };
  return { looks: () => looks, fields, env: items };
}

describe('the cost of a look at ownership', () => {
  it('grows as the list does: each item is looked at a few times, whatever the others are', () => {
    for (const length of [10, 100, 1000, 10_000]) {
      const { looks, fields, env } = counted(length);
      expect(owns(fields, { env }, () => undefined)).toBe(true);
      expect(looks()).toBeLessThanOrEqual(6 * length);
    }
  });

  it('is paid for keys once: they are parsed with the set, which all objects share', ({ onTestFinished }) => {
    const { fields, env } = counted(1000);
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    owns(fields, { env }, () => undefined);
    expect(parse).toHaveBeenCalledTimes(1000);
    owns(fields, { env }, () => undefined);
    expect(parse).toHaveBeenCalledTimes(1000);
  });
});

it.each([
  [{ replicas: 3 }, true],
  [{ ports: [{ port: 80, name: 'http' }] }, true],
  [{ ports: [{ port: 81, name: 'http' }] }, false],
  [{ template: { containers: [{ name: 'web', image: 'nginx' }] } }, true],
  [{ template: { containers: [{ name: 'web', args: [] }] } }, true],
  [{ template: { containers: [{ name: 'sidecar', image: 'envoy' }] } }, false],
  [{ selector: { app: 'web' } }, false],
  [{ replicas: undefined }, false],
])('has something of %j: %s', (spec, some) => {
  expect(overlaps(fields, { spec })).toBe(some);
});

describe('union and without', () => {
  const a: FieldSet = { 'f:spec': { 'f:a': {}, 'f:list': { 'k:{"name":"x"}': { '.': {}, 'f:name': {} } } } };
  const b: FieldSet = { 'f:spec': { 'f:a': { 'f:inside': {} }, 'f:b': {} }, 'f:data': {} };

  it('have all that either has, and a field that one owns as a whole with what is in it', () => {
    expect(union(a, b)).toEqual({
      'f:spec': { ...a['f:spec'], 'f:a': { '.': {}, 'f:inside': {} }, 'f:b': {} },
      'f:data': {},
    });
  });

  it('have what is left: no more of what is taken as a whole, and nothing that is empty', () => {
    expect(without(a, { 'f:spec': { 'f:list': {} } })).toEqual({ 'f:spec': { 'f:a': {} } });
    expect(without(a, { 'f:spec': { 'f:list': { 'k:{"name":"x"}': {} }, 'f:a': {} } })).toEqual({});
    expect(without(a, b)).toEqual({ 'f:spec': a['f:spec'] });
  });
});
