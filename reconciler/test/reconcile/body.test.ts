import { describe, expect, it } from 'vitest';
import { initially } from '../../src/initially.js';
import { Deployment, Service } from '../../src/kinds/kinds.js';
import type { Stored } from '../../src/object.js';
import { bodyOf } from '../../src/reconcile/body.js';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import type { Desired } from '../../src/reconcile/ownership.js';

const desired = (spec: object) =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }) as Desired & Deployment;
const live = (spec: object) =>
  ({ ...desired(spec), metadata: { name: 'web', uid: 'u', resourceVersion: '7' } }) as unknown as Stored;
const ours = (...names: string[]): FieldSet => ({
  'f:spec': Object.fromEntries(names.map((name) => [`f:${name}`, {}])),
});
const body = (...[rendered, ...rest]: Parameters<typeof bodyOf>) =>
  JSON.parse(JSON.stringify(bodyOf(rendered, ...rest)));

describe('the body of an apply', () => {
  it('of a new child names a version that nothing has, and has its initial values, under what is rendered', () => {
    const child = initially<Deployment>(desired({ paused: true }), { spec: { paused: false, replicas: 2 } });
    expect(body(child as Desired, Deployment)).toMatchObject({
      metadata: { name: 'web', resourceVersion: '1' },
      spec: { paused: true, replicas: 2 },
    });
  });

  it('has all initial values, however often some are given: a later one counts', () => {
    const labels = (a: object) => ({ spec: { template: { metadata: { labels: a } } } }) as Partial<Deployment>;
    const once = initially<Deployment>(desired({}), { spec: { replicas: 1, paused: true } });
    const twice = initially(once, { spec: { replicas: 2 } });
    const child = initially(initially(twice, labels({ a: '1', constructor: '1' })), labels({ b: '2' }));
    expect(body(child as Desired, Deployment).spec).toEqual({
      ...{ replicas: 2, paused: true },
      template: { metadata: { labels: { a: '1', constructor: '1', b: '2' } } },
    });
  });

  it('of a known child names its version', () => {
    const { metadata, spec } = body(desired({ paused: true }), Deployment, live({}), ours());
    expect([metadata, spec]).toEqual([{ name: 'web', uid: 'u', resourceVersion: '7' }, { paused: true }]);
  });

  it.each([
    ['ours, and not rendered: it stays', ours('replicas', 'paused'), {}, { replicas: 6 }],
    ['rendered: as rendered', ours('replicas'), { replicas: 3 }, { replicas: 3 }],
    ['of others: left to them', ours('paused'), {}, {}],
  ])('has of replicas that are %s', (_, fields, rendered, expected) => {
    expect(body(desired(rendered), Deployment, live({ replicas: 6, paused: true }), fields).spec).toEqual(expected);
  });

  it('keeps no replicas at 0, where an autoscaler is off: the default comes back', () => {
    expect(body(desired({}), Deployment, live({ replicas: 0 }), ours('replicas')).spec).toEqual({});
    const initial = initially<Deployment>(desired({}), { spec: { replicas: 0 } }) as Desired;
    expect(body(initial, Deployment, live({ replicas: 0 }), ours('replicas')).spec).toEqual({ replicas: 0 });
  });

  it('keeps no replicas of kinds without the subresource', () => {
    expect(body(desired({}), Service, live({ replicas: 6 }), ours('replicas')).spec).toEqual({});
  });

  it('has of initial values what is there, as long as it is ours, whatever it is', () => {
    const child = initially<Deployment>(desired({}), {
      spec: { replicas: 2, minReadySeconds: 1, template: { metadata: { labels: { a: '1' } } } },
    });
    const fields: FieldSet = {
      'f:spec': { 'f:replicas': {}, 'f:template': { 'f:metadata': { 'f:labels': { 'f:a': {} } } } },
    };
    const there = live({ replicas: 5, minReadySeconds: 9, template: { metadata: { labels: { a: '1', b: '2' } } } });
    expect(body(child as Desired, Deployment, there, fields).spec).toEqual({
      replicas: 5,
      template: { metadata: { labels: { a: '1' } } },
    });
  });
});
