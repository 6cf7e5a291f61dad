import { describe, expect, it } from 'vitest';
import { creatorOf, handOver, shapeIn, shapeOf } from '../../src/reconcile/creation.js';
import type { Entry } from '../../src/reconcile/managed-fields.js';
import type { Desired } from '../../src/reconcile/ownership.js';

const child = (spec: object, metadata: object = {}, apiVersion = 'apps/v1') =>
  ({ apiVersion, kind: 'Deployment', metadata: { name: 'web', ...metadata }, spec }) as Desired;
const container = { name: 'web', image: 'nginx' };
const shape = shapeOf(child({ replicas: 1, containers: [container] }));

describe('the shape of a child', () => {
  it('is the same for other values, another order and other owners', () => {
    const others = child({ containers: [{ image: 'caddy', name: 'other' }], paused: undefined, replicas: 2 });
    expect(shapeOf(others)).toBe(shape);
    expect(shapeOf(child({ replicas: 1, containers: [container] }, { name: 'other', ownerReferences: [{}] }))).toBe(
      shape,
    );
  });

  it.each([
    ['a field more', child({ replicas: 1, paused: true, containers: [container] })],
    ['a field less', child({ containers: [container] })],
    ['a field that is null', child({ replicas: null, containers: [container] })],
    ['an item more', child({ replicas: 1, containers: [container, container] })],
    ['a field more in an item', child({ replicas: 1, containers: [{ ...container, tty: true }] })],
    ['a label', child({ replicas: 1, containers: [container] }, { labels: { app: 'web' } })],
    ['another version of its kind', child({ replicas: 1, containers: [container] }, {}, 'apps/v1beta1')],
  ])('is another with %s', (_, other) => {
    expect(shapeOf(other)).not.toBe(shape);
  });
});

describe('the field manager of a creation', () => {
  const desired = child({ replicas: 1, containers: [container] });

  it.each(['web.my.domain', 'w'.repeat(128)])(
    'has the shape in its name, of which the API server takes 128 characters',
    (manager) => {
      const creator = creatorOf(manager, shapeOf(desired));
      expect(creator.length).toBeLessThanOrEqual(128);
      expect(shapeIn({ manager: creator, operation: 'Update' }, manager)).toBe(shape);
    },
  );

  it.each([
    [{ manager: creatorOf('other.my.domain', shapeOf(desired)), operation: 'Update' }],
    [{ manager: creatorOf('web.my.domain', shapeOf(desired)), operation: 'Apply' }],
    [{ manager: creatorOf('web.my.domain', shapeOf(desired)), operation: 'Update', subresource: 'scale' }],
    [{ manager: 'web.my.domain', operation: 'Update' }],
    [{ manager: 'web.my.domain-created-by-hand', operation: 'Update' }],
    [{}],
  ])('is not %o', (entry) => {
    expect(shapeIn(entry, 'web.my.domain')).toBeUndefined();
  });
});

describe('a hand-over', () => {
  const created: Entry = {
    manager: creatorOf('ours', shapeOf(child({}))),
    operation: 'Update',
    apiVersion: 'v1',
    fieldsV1: { 'f:spec': { 'f:ports': { '.': {}, 'k:{"port":80}': { '.': {}, 'f:port': {} } }, 'f:type': {} } },
  };
  const theirs: Entry = { manager: 'theirs', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:type': {} } } };
  const status: Entry = { manager: 'ours', operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': {} } };

  it('makes what was created what was applied, and leaves the rest as it is', () => {
    const { fieldsV1 } = created;
    expect(handOver([theirs, created, status], 'ours')).toEqual([
      theirs,
      status,
      { manager: 'ours', operation: 'Apply', apiVersion: 'v1', fieldsV1 },
    ]);
  });

  it('adds it to what was applied since', () => {
    const fieldsV1 = { 'f:spec': { 'f:ports': {}, 'f:type': {}, 'f:selector': { 'f:app': {} } } };
    const [entry, ...others] = handOver([{ manager: 'ours', operation: 'Apply', fieldsV1 }, created], 'ours') ?? [];
    expect(others).toEqual([]);
    expect(entry?.fieldsV1).toEqual({
      'f:spec': {
        'f:ports': { '.': {}, 'k:{"port":80}': { '.': {}, 'f:port': {} } },
        'f:type': {},
        'f:selector': { 'f:app': {} },
      },
    });
  });

  it('is not needed where nothing was created', () => {
    expect(handOver([theirs, status], 'ours')).toBeUndefined();
  });
});
