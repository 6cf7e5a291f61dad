import { Type } from '@sinclair/typebox';
import { controller, type KubernetesObject, resource, TerminalError } from 'cdk8s-reconciler';
import { ConfigMap, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { ApiError, ConnectionError, NoAnswerError } from '../../src/client/api-error.js';
import type { Controller } from '../../src/controller.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { InterruptedError } from '../../src/reconcile/problem.js';
import { Reconciler } from '../../src/reconcile/reconcile.js';
import { SimulatedCluster } from './simulated-cluster.js';

const Web = resource({ group: 'failures.test', version: 'v1', kind: 'Web', spec: Type.Object({}) });
const owner = {
  apiVersion: 'failures.test/v1',
  kind: 'Web',
  metadata: { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1', generation: 1 },
  spec: {},
} as Owner;
const signal = new AbortController().signal;

function started(options: object, metadata: object = {}, limit = signal, now = () => new Date(0)) {
  const declared = controller(Web, {
    owns: { maps: ConfigMap, sets: StatefulSet },
    ...options,
  } as never) as unknown as Controller;
  const object = { ...owner, metadata: { ...owner.metadata, ...metadata } } as Owner;
  const cluster = new SimulatedCluster(declared, object);
  const reconciler = new Reconciler(declared, cluster, now);
  return { cluster, reconcile: (within = limit) => reconciler.reconcile(cluster.owner, within) };
}

const map = (data: Record<string, string>): KubernetesObject & object =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data }) as KubernetesObject;

describe('a finalizer that fails', () => {
  const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'], generation: 2 };

  it('is in the conditions and an event, until it succeeds', async () => {
    let broken = true;
    const finalize = async () => {
      if (broken) throw new Error('the DNS server answers 403');
    };
    const { cluster, reconcile } = started({ render: () => [], finalize }, going);
    expect((await reconcile()).errors).toHaveLength(1);
    const message = 'finalize: the DNS server answers 403';
    expect(cluster.condition('Ready')).toMatchObject({ status: 'False', reason: 'FinalizeFailed', message });
    expect(cluster.status.observedGeneration).toBe(2);
    broken = false;
    expect(await reconcile()).toMatchObject({ changes: ['cleaned up'], errors: [] });
    expect(cluster.owner.metadata.finalizers).toEqual([]);
  });

  it('for good stalls the object, and is tried again at the next change', async () => {
    let calls = 0;
    const finalize = async () => {
      calls++;
      throw new TerminalError('ZoneLocked', 'unlock the zone first');
    };
    const { cluster, reconcile } = started({ render: () => [], finalize }, going);
    await reconcile();
    expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'ZoneLocked' });
    expect(cluster.notes).toMatchObject([{ type: 'Warning', reason: 'ZoneLocked', about: 'condition' }]);
    await reconcile();
    expect(calls).toBe(2);
  });

  it('sees the children that are left', async () => {
    const seen: number[] = [];
    const finalize = async (_: unknown, { maps }: { maps: readonly ConfigMap[] }) => {
      seen.push(maps.length);
      return 5;
    };
    const { cluster, reconcile } = started({ render: () => [map({})], finalize });
    await reconcile();
    cluster.owner = { ...cluster.owner, metadata: { ...cluster.owner.metadata, ...going } };
    expect(await reconcile()).toMatchObject({ errors: [], requeueAfter: 5000 });
    expect(seen).toEqual([1]);
    expect(cluster.condition('Reconciling')).toMatchObject({ status: 'True', message: /cleaning up/ });
  });
});

it('a finalizer that a former version has set goes, though there is nothing to clean up any more', async () => {
  const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'], generation: 2 };
  const { cluster, reconcile } = started({ render: () => [] }, going);
  expect(await reconcile()).toMatchObject({ errors: [] });
  expect(cluster.owner.metadata.finalizers).toEqual([]);
});

it('an object that nothing holds any more is gone: nothing is written about it', async () => {
  const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: [], generation: 2 };
  const { cluster, reconcile } = started({ render: () => [] }, going);
  expect(await reconcile()).toMatchObject({ errors: [], stated: false });
  expect(cluster.writes).toEqual([]);
});

describe('what does not listen to its signal', () => {
  const never = () => new Promise<never>(() => {});
  const render = () => [map({})];
  const ways: [string, object, object][] = [
    ['observe', { render, observe: never }, {}],
    ['act', { render, plan: () => ({ type: 'Restart' }), act: never }, {}],
    ['finalize', { render, finalize: never }, { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'] }],
  ];
  it.each(ways)('%s: is given up in time, and in the status', async (_, options, metadata) => {
    const limit = new AbortController();
    const { cluster, reconcile } = started(options, metadata, limit.signal);
    const reconciled = reconcile();
    setImmediate(() => limit.abort(new Error('took more than 60 s')));
    expect((await reconciled).errors).toHaveLength(1);
    expect(cluster.condition('Ready')).toMatchObject({ status: 'False', message: /took more than 60 s/ });
  });
});

describe('whatever of a controller fails', () => {
  const fail = () => {
    throw new TypeError('no such field');
  };
  const render = () => [map({})];
  const status = () => ({ conditions: [{ type: 'Extra', status: 'True', reason: 'Yes' }] });
  const ways: [string, object, RegExp][] = [
    ['render', { render: fail }, /render: no such field/],
    ['decide', { decide: fail }, /decide: no such field/],
    ['observe', { render, observe: fail }, /observe: no such field/],
    ['gate', { render, gate: fail }, /ConfigMap shop.web: no such field/],
    ['independent', { render, independent: fail }, /independent: no such field/],
    ['status', { render, status: fail }, /status: no such field/],
    ['plan', { render, plan: fail }, /plan: no such field/],
    ['requeueAfter', { render, requeueAfter: fail }, /requeueAfter: no such field/],
    ['requeueAfter that is no number', { render, requeueAfter: () => Number.NaN }, /requeueAfter is NaN/],
    ['ready of a kind', { render, owns: { maps: { ...ConfigMap, ready: fail } } }, /ConfigMap shop.web: no such field/],
    ['a condition without a message', { render, status }, /status: /],
    ['conditions that are no list', { render, status: () => ({ conditions: 'up' }) }, /status: /],
    [
      'a reason that is none',
      {
        render: () => {
          throw new TerminalError('r'.repeat(2000), 'no such field');
        },
      },
      /no such field/,
    ],
    ['a step without act', { render, plan: () => ({ type: 'Restart' }) }, /nothing carries out Restart/],
    [
      'an error without words',
      {
        render: () => {
          throw Object.create(null);
        },
      },
      /an error without words/,
    ],
  ];
  it.each(ways)('%s: the object says so, of its generation', async (_, options, message) => {
    const { cluster, reconcile } = started(options);
    await reconcile();
    expect((await reconcile()).errors).not.toEqual([]);
    expect(cluster.condition('Ready')).toMatchObject({ status: 'False', message: expect.stringMatching(message) });
    expect(cluster.status.observedGeneration).toBe(1);
  });

  it('a status that the API server refuses leaves the conditions, in its words', async () => {
    const refusal = new ApiError('PUT', 422, 'Invalid', 'status.size: Invalid value: "three"');
    const { cluster, reconcile } = started({ render, status: () => ({ size: 'three' }) });
    cluster.refuseStatus = (next) => ('size' in next ? refusal : undefined);
    await reconcile();
    const message = 'status: status.size: Invalid value: "three"';
    expect(cluster.condition('Ready')).toMatchObject({ status: 'False', reason: 'Invalid', message });
    expect(cluster.status.observedGeneration).toBe(1);
  });

  it('a finalizer that cannot be set, or taken away, is in the status', async () => {
    const finalize = async () => {};
    const refusal = new ApiError('PATCH', 403, 'Forbidden', 'webs.failures.test "web" is forbidden');
    const { cluster, reconcile } = started({ render, finalize });
    cluster.setFinalizer = () => Promise.reject(refusal);
    await reconcile();
    expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'Forbidden' });
    expect(cluster.writes).toEqual([]);
    const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'], generation: 2 };
    cluster.owner = { ...cluster.owner, metadata: { ...cluster.owner.metadata, ...going } };
    await reconcile();
    expect(cluster.condition('Stalled')).toMatchObject({ reason: 'Forbidden', observedGeneration: 2 });
  });
});

it.each([
  ['a date', () => ({ data: { time: new Date(count++) } })],
  ['what has a JSON of its own', () => ({ data: { toJSON: () => ({ count: count++ }) } })],
])('%s that differs each time is impure', async (_, content) => {
  const { cluster, reconcile } = started({
    render: () => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, ...content() }],
  });
  for (let i = 0; i < 20; i++) await reconcile();
  expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'ImpureRender' });
});
let count = 0;

it('a gate without a reason is none', async () => {
  const { cluster, reconcile } = started({ render: () => [map({})], gate: () => '' });
  await reconcile();
  expect(cluster.writes).toEqual(['ConfigMap shop/web']);
});

describe('a function that gives another result for the same input', () => {
  const ways: [string, (data: () => Record<string, string>) => object][] = [
    ['render', (data) => ({ render: () => [map(data())] })],
    ['decide', (data) => ({ decide: () => ({ children: [map(data())] }) })],
  ];
  it.each(ways)('%s stops the object, which says where', async (name, declare) => {
    let count = 0;
    const { cluster, reconcile } = started(declare(() => ({ fixed: 'a', time: String(count++) })));
    for (let i = 0; i < 20; i++) await reconcile();
    expect(cluster.writes.length).toBeLessThan(6);
    const stalled = cluster.condition('Stalled');
    expect(stalled).toMatchObject({ status: 'True', reason: `Impure${name[0]!.toUpperCase()}${name.slice(1)}` });
    expect(stalled?.message).toContain('ConfigMap web differs in data.time');

    const before = cluster.writes.length;
    cluster.owner = { ...cluster.owner, metadata: { ...cluster.owner.metadata, generation: 2 } };
    await reconcile();
    expect(cluster.writes.length).toBe(before + 1);
  });

  it('is none where the input differs each time, such as what observe found', async () => {
    let count = 0;
    const observe = async () => count++;
    const { cluster, reconcile } = started({
      observe,
      decide: (_object: unknown, _children: unknown, seen: number) => ({ children: [map({ seen: String(seen) })] }),
    });
    for (let i = 0; i < 20; i++) await reconcile();
    expect(cluster.writes).toHaveLength(20);
    expect(cluster.condition('Stalled')?.status).toBe('False');
  });
});

describe('decide', () => {
  it('that fails stalls the object and changes nothing, until the mistake is gone', async () => {
    let broken = true;
    const { cluster, reconcile } = started({
      decide: () => {
        if (broken) throw new TypeError('no such field');
        return { children: [map({})] };
      },
    });
    await reconcile();
    expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'DecideFailed' });
    expect(cluster.writes).toEqual([]);
    broken = false;
    await reconcile();
    expect(cluster.writes).toHaveLength(1);
    expect(cluster.condition('Stalled')?.status).toBe('False');
  });

  it('is not called where looking failed: nothing is written but the condition', async () => {
    const observe = async () => {
      throw new Error('no answer');
    };
    const { cluster, reconcile } = started({ observe, decide: () => ({ children: [map({})] }) });
    await reconcile();
    expect(cluster.writes).toEqual([]);
    expect(cluster.condition('Ready')).toMatchObject({ status: 'False', reason: 'ObserveFailed' });
  });

  it.each(['observe', 'decide'])(
    'states by `undecided` what the last status is no more, where %s fails',
    async (what) => {
      let broken = false;
      const attempt = () => {
        if (broken) throw new ApiError('GET', 403, 'Forbidden', 'secrets is forbidden');
      };
      const { cluster, reconcile } = started({
        observe: async () => what === 'observe' && attempt(),
        decide: () => {
          if (what === 'decide') attempt();
          return { children: [], status: () => ({ phase: 'Running', version: '1' }) };
        },
        undecided: (_: unknown, standard: readonly { readonly type: string; readonly status: string }[]) =>
          standard.some(({ type, status }) => type === 'Stalled' && status === 'True') ? { phase: 'Failed' } : {},
      });
      await reconcile();
      expect(cluster.status).toMatchObject({ phase: 'Running', version: '1' });
      broken = true;
      await reconcile();
      expect(cluster.status).toMatchObject({ phase: 'Failed' });
      expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', message: /secrets is forbidden/ });
      broken = false;
      await reconcile();
      expect(cluster.status).toMatchObject({ phase: 'Running' });
    },
  );

  it('carries a step out by its children, with an event and without act', async () => {
    const acts: string[] = [];
    const { cluster, reconcile } = started({
      decide: (_: unknown, { maps: [live] }: { maps: readonly ConfigMap[] }) => ({
        children: [map({ size: live ? '2' : '1' })],
        ...(live?.data?.size === '1' && { step: { type: 'ScaleUp', message: 'Scaling up to 2', inChildren: true } }),
      }),
      act: async ({ type }: { type: string }) => void acts.push(type),
    });
    for (let i = 0; i < 4; i++) await reconcile();
    expect(cluster.writes).toHaveLength(2);
    expect(cluster.notes.filter(({ about }) => about === 'step')).toMatchObject([{ reason: 'ScaleUp' }]);
    expect(acts).toEqual([]);
  });

  it('delays a child behind a gate, which still counts as desired', async () => {
    let open = true;
    const child = map({ open: 'yes' });
    const { cluster, reconcile } = started({
      decide: () => {
        const next = open ? child : map({ open: 'no' });
        return { children: [next], gates: open ? [] : [{ child: next, reason: 'waits for the schema' }] };
      },
    });
    await reconcile();
    open = false;
    await reconcile();
    expect([...cluster.objects.values()]).toMatchObject([{ data: { open: 'yes' } }]);
    expect(cluster.condition('Reconciling')).toMatchObject({ reason: 'Waiting', message: 'waits for the schema' });
  });
});

it('says why the pods of a child are refused, and looks again while they are missing, more and more seldom', async () => {
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec: { replicas: 3 } };
  let minutes = 0;
  const { cluster, reconcile } = started({ render: () => [set] }, {}, signal, () => new Date(minutes * 60_000));
  cluster.refusal = 'pods "web-0" is forbidden: exceeded quota: small';
  await reconcile();
  expect(cluster.condition('Ready')).toMatchObject({ status: 'False', reason: 'PodsRefused' });
  expect(cluster.condition('Ready')?.message).toContain('exceeded quota: small');
  expect(await reconcile()).toMatchObject({ requeueAfter: 10_000 });
  minutes = 4;
  expect(await reconcile()).toMatchObject({ requeueAfter: 60_000 });
  minutes = 24 * 60;
  expect(await reconcile()).toMatchObject({ requeueAfter: 5 * 60_000 });
});

describe.each([
  ['is being deleted', { deletionTimestamp: '2026-11-30T00:00:00Z' }, {}],
  ['will be deleted', {}, {}],
  ['has failed', {}, { conditions: [{ type: 'Stalled', status: 'True', reason: 'Broken', message: 'no such image' }] }],
])('a child of a former object of that name, which %s', (_, metadata, status) => {
  it('is what this one waits for, whatever it says of itself', async () => {
    const { cluster, reconcile } = started({ render: () => [map({})] });
    await reconcile();
    const [child] = cluster.objects.values();
    cluster.add({ ...child, metadata: { ...child!.metadata, ...metadata }, status } as KubernetesObject);
    cluster.owner = { ...owner, metadata: { ...owner.metadata, uid: 'created again' } };
    await reconcile();
    const message = 'waits for ConfigMap shop/web of the former Web shop/web to be gone';
    expect(cluster.condition('Reconciling')).toMatchObject({ status: 'True', reason: 'Waiting', message });
    expect(cluster.condition('Stalled')?.status).toBe('False');
  });
});

it('a finalizer that a version with finalize has left goes at deletion', async () => {
  const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'], generation: 2 };
  const { cluster, reconcile } = started({ render: () => [] }, going);
  expect((await reconcile()).errors).toEqual([]);
  expect(cluster.owner.metadata.finalizers).toEqual([]);
});

describe.each(['observe', 'act', 'finalize'] as const)('%s that never settles', (name) => {
  it('ends when its time is up, and the conditions say so', async () => {
    const limit = new AbortController();
    const never = () => {
      limit.abort(new Error('took more than 60 s'));
      return new Promise<never>(() => {});
    };
    const declared = controller(Web, {
      owns: { maps: ConfigMap },
      render: () => [],
      ...(name === 'act' && { plan: () => ({ type: 'Wait' }) }),
      [name]: never,
    } as never) as unknown as Controller;
    const going = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'] };
    const object = { ...owner, metadata: { ...owner.metadata, ...(name === 'finalize' && going) } } as Owner;
    const cluster = new SimulatedCluster(declared, object);
    await new Reconciler(declared, cluster, () => new Date(0)).reconcile(object, limit.signal);
    expect(JSON.stringify(cluster.owner.status)).toContain('took more than 60 s');
  });
});

const goes = { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['ours'] };

describe.each([
  ['act', { render: () => [], plan: () => ({ type: 'Pay' }) }, {}],
  ['finalize', { render: () => [] }, goes],
])('a call of %s', (name, options, metadata) => {
  /** Calls of the function that have begun, and how to end each. */
  const slow = () => {
    const ends: (() => void)[] = [];
    const call = () => new Promise<void>((resolve) => ends.push(resolve));
    return { ends, ...started({ ...options, [name]: call }, metadata) };
  };

  it('that took too long and still runs is the only one for its object, until it has ended', async () => {
    const { ends, cluster, reconcile } = slow();
    const limit = new AbortController();
    const first = reconcile(limit.signal);
    await expect.poll(() => ends).toHaveLength(1);
    limit.abort(new Error('took more than 60 s'));
    const { unended } = await first;
    await reconcile();
    await reconcile();
    expect(ends).toHaveLength(1);
    expect(cluster.condition('Ready')?.message).toContain('the former call took too long and still runs');
    ends[0]?.();
    await unended;
    const next = reconcile();
    await expect.poll(() => ends).toHaveLength(2);
    ends[1]?.();
    expect(await next).toMatchObject({ errors: [], unended: undefined });
  });

  it('is waited for while the process stops', async () => {
    const { ends, reconcile } = slow();
    const stopping = new AbortController();
    let over = false;
    const reconciling = reconcile(stopping.signal).then((outcome) => {
      over = true;
      return outcome;
    });
    await expect.poll(() => ends).toHaveLength(1);
    stopping.abort(new InterruptedError('stopping'));
    await new Promise(setImmediate);
    expect(over).toBe(false);
    ends[0]?.();
    expect((await reconciling).errors).toEqual([]);
  });

  it('does not begin once the process stops', async () => {
    const { ends, reconcile } = slow();
    await reconcile(AbortSignal.abort(new InterruptedError('stopping')));
    expect(ends).toEqual([]);
  });
});

const ending = () =>
  new ApiError('PATCH', 403, 'Forbidden', 'namespace shop is being terminated', undefined, [
    { reason: 'NamespaceTerminating' },
  ]);

it('a finalizer that writes into a namespace that is being deleted is called again', async () => {
  let ends = true;
  const finalize = async () => {
    if (ends) throw ending();
  };
  const { cluster, reconcile } = started({ render: () => [], finalize }, goes);
  expect(await reconcile()).toMatchObject({ errors: [], requeueAfter: 5_000 });
  ends = false;
  expect(await reconcile()).toMatchObject({ changes: ['cleaned up'] });
  expect(cluster.owner.metadata.finalizers).toEqual([]);
});

const named = (name: string) => ({ ...map({}), metadata: { name } });

it('what a namespace that is being deleted stops is said', async () => {
  const inNamespace = (name: string) => ({ ...map({}), metadata: { name, namespace: 'x' } });
  const { cluster, reconcile } = started({ render: () => ['a', 'b', 'c'].map(inNamespace) }, { namespace: undefined });
  cluster.refuse = ({ metadata }) => (metadata?.name === 'b' ? ending() : undefined);
  await reconcile();
  expect(cluster.writes).toEqual(['ConfigMap x/a']);
  expect(cluster.condition('Ready')?.message).toMatch(/is being terminated; this stops ConfigMap x\/c$/);
});

describe('children of a long list', () => {
  const render = () => ['a', 'b', 'c'].map(named);
  const afterFirst = (cluster: SimulatedCluster, then: () => void) => {
    cluster.refuse = ({ metadata }) => {
      if (metadata?.name === 'a') then();
      return undefined;
    };
  };

  it.each([
    ['is paused', { annotations: { 'failures.test/paused': 'true' } }],
    ['is deleted', { deletionTimestamp: '2026-11-30T00:00:00Z' }],
  ])('are left alone as soon as their object %s', async (_, metadata) => {
    const { cluster, reconcile } = started({ render });
    afterFirst(cluster, () => {
      cluster.owner = { ...cluster.owner, metadata: { ...cluster.owner.metadata, ...metadata } };
    });
    await reconcile();
    expect(cluster.writes).toEqual(['ConfigMap shop/a']);
    expect(cluster.owner.status).toBeUndefined();
  });

  it('are left to the next leader as soon as the process stops', async () => {
    const { cluster, reconcile } = started({ render });
    const stopping = new AbortController();
    afterFirst(cluster, () => stopping.abort(new InterruptedError('stopping')));
    expect(await reconcile(stopping.signal)).toMatchObject({ changes: ['created ConfigMap shop/a'], errors: [] });
    expect(cluster.writes).toEqual(['ConfigMap shop/a']);
    expect(cluster.owner.status).toBeUndefined();
  });
});

it('a child of which a write goes unanswered, as for a webhook that hangs, is said; a broken connection is not', async () => {
  const { cluster, reconcile } = started({ render: () => [map({})] });
  cluster.refuse = () => new ConnectionError('PATCH /web: reset');
  await reconcile();
  expect(cluster.owner.status).toBeUndefined();
  cluster.refuse = () => new NoAnswerError('PATCH /web: no answer within 65 s');
  await reconcile();
  const message = 'ConfigMap shop/web: PATCH /web: no answer within 65 s';
  expect(cluster.condition('Reconciling')).toMatchObject({ status: 'True', reason: 'ApplyFailed', message });
});

it('a status that goes unanswered is not written once more at once', async () => {
  const { cluster, reconcile } = started({ render: () => [], status: () => ({}) });
  let puts = 0;
  cluster.refuseStatus = () => {
    puts++;
    return new NoAnswerError('PUT /web: no answer within 65 s');
  };
  await reconcile();
  expect(puts).toBe(1);
});
