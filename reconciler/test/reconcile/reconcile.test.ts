import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { ConnectionError } from '../../src/client/api-error.js';
import type { Controller } from '../../src/controller.js';
import type { Stored } from '../../src/object.js';
import type { Cluster } from '../../src/reconcile/cluster.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { InterruptedError } from '../../src/reconcile/problem.js';
import { Reconciler } from '../../src/reconcile/reconcile.js';
import type { Status } from '../../src/reconcile/status.js';

const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', spec: Type.Object({}) });
const owner = {
  apiVersion: 'my.domain/v1',
  kind: 'Web',
  metadata: { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1', generation: 1 },
  spec: {},
} as Owner;

function known(cluster: Partial<Cluster> = {}) {
  const statuses: Status[] = [];
  const reasons: string[] = [];
  const all = {
    find: () => undefined,
    ownedFields: () => ({}),
    ownedBy: () => [],
    children: () => ({ maps: [] }),
    latest: (of: Owner) => of,
    writeStatus: async (_: Owner, status: Status) => {
      statuses.push(status);
      return status;
    },
    report: (_: Owner, { reason }: { reason: string }) => void reasons.push(reason),
    context: () => ({}),
    hasFinalizer: () => false,
    ...cluster,
  } as unknown as Cluster;
  return { all, statuses, reasons };
}

const reconcile = (
  options: object,
  { all }: ReturnType<typeof known>,
  signal = new AbortController().signal,
  object = owner,
) =>
  new Reconciler(
    controller(Web, { owns: { maps: ConfigMap }, render: () => [], ...options }) as unknown as Controller,
    all,
    () => new Date(0),
  ).reconcile(object, signal);

it('does not call an object ready whose facts could not be read for lack of a connection', async () => {
  const cluster = known();
  const observe = async () => {
    throw new ConnectionError('reset');
  };
  await reconcile({ observe, status: () => ({ members: 3 }) }, cluster);
  expect(cluster.statuses).toEqual([]);
});

it('says nothing of what it saw when the process was stopped', async () => {
  const cluster = known();
  const stopping = new AbortController();
  const observe = async () => {
    stopping.abort(new InterruptedError('stopping'));
    return { members: 0 };
  };
  await reconcile({ observe, status: () => ({ members: 0 }) }, cluster, stopping.signal);
  expect(cluster.statuses).toEqual([]);
});

it('does not blame an action that was broken off because the process stops', async () => {
  const cluster = known();
  const stopping = new AbortController();
  const act = async () => {
    stopping.abort(new InterruptedError('stopping'));
    throw new Error('http://member: stopping');
  };
  await reconcile({ plan: () => ({ type: 'Join' }), act }, cluster, stopping.signal);
  expect(cluster.statuses.flatMap(({ conditions = [] }) => conditions.map(({ type }) => type))).not.toContain('Acted');
  expect(cluster.reasons).not.toContain('JoinFailed');
});

it('does not say that a child was removed which could not be', async () => {
  const child = { ...owner, kind: 'ConfigMap', apiVersion: 'v1' } as Stored;
  const remove = async () => {
    throw new ConnectionError('reset');
  };
  const { changes, errors } = await reconcile({}, known({ ownedBy: () => [child], remove }));
  expect([changes, errors.length]).toEqual([[], 1]);
});

const member = { state: 'down' };
const forms = {
  small: {
    render: () => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child' } }],
    status: (_: unknown, __: unknown, seen: typeof member) => seen,
    plan: () => ({ type: 'Restart' }),
    requeueAfter: () => 30,
  },
  whole: {
    render: undefined,
    decide: (_: unknown, __: unknown, seen: typeof member) => ({
      children: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child' } }],
      status: () => seen,
      step: { type: 'Restart' },
      requeueAfter: 30,
    }),
  },
};
const annotations = { 'my.domain/paused': 'true' };
const left = {
  paused: { ...owner, metadata: { ...owner.metadata, annotations } },
  'being deleted and held by others': {
    ...owner,
    metadata: { ...owner.metadata, deletionTimestamp: '2026-11-21T08:00:00Z', finalizers: ['example.com/hold'] },
  },
};

it.each(
  Object.entries(left).flatMap(([what, object]) =>
    Object.entries(forms).map((form) => [what, ...form, object] as const),
  ),
)('looks at an object that is %s, and says what is (%s), and does nothing', async (what, _form, options, object) => {
  const cluster = known();
  const act = () => Promise.reject(new Error('acted'));
  const { changes, errors, requeueAfter } = await reconcile(
    { observe: async () => member, act, ...options },
    cluster,
    undefined,
    object as Owner,
  );
  expect([changes, errors, requeueAfter]).toEqual([[], [], 30_000]);
  const [status] = cluster.statuses;
  expect(status).toMatchObject(member);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (what !== 'paused')
    expect(ready).toMatchObject({ status: 'False', message: expect.stringContaining('example.com/hold') });
});
