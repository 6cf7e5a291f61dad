import { Type } from '@sinclair/typebox';
import { controller, type KubernetesObject, resource } from 'cdk8s-reconciler';
import { ConfigMap, Namespace, RoleBinding } from 'cdk8s-reconciler/kinds';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError, ConnectionError } from '../../src/client/api-error.js';
import type { Controller } from '../../src/controller.js';
import { describeObject } from '../../src/object.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { Reconciler } from '../../src/reconcile/reconcile.js';
import { SimulatedCluster } from './simulated-cluster.js';

const Tenant = resource({
  group: 'refusals.test',
  version: 'v1',
  kind: 'Tenant',
  scope: 'Cluster',
  spec: Type.Object({}),
});
const owner = {
  apiVersion: 'refusals.test/v1',
  kind: 'Tenant',
  metadata: { name: 'green', uid: 'green', resourceVersion: '1', generation: 1 },
  spec: {},
} as Owner;
const signal = new AbortController().signal;

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const map = (name: string, namespace: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});

interface World {
  readonly children: readonly KubernetesObject[];
  readonly independent?: (child: KubernetesObject) => boolean;
  readonly foreign?: readonly KubernetesObject[];
  readonly refuse?: (child: KubernetesObject) => Error | undefined;
}

/** A tenant with these children, after so many reconciliations. */
async function tenant({ children, independent, foreign = [], refuse }: World, reconciliations = 3) {
  const declared = controller(Tenant, {
    owns: { namespaces: Namespace, maps: ConfigMap, bindings: RoleBinding },
    render: () => children as ConfigMap[],
    ...(independent && { independent }),
  }) as unknown as Controller;
  const cluster = new SimulatedCluster(declared, owner);
  for (const object of foreign) cluster.add(object);
  if (refuse) cluster.refuse = refuse;
  const reconciler = new Reconciler(declared, cluster, () => new Date(0));
  for (let i = 0; i < reconciliations; i++) await reconciler.reconcile(cluster.owner, signal);
  return cluster;
}

const forbidden = new ApiError('POST', 403, 'Forbidden', 'namespaces is forbidden');

it('writes nothing that comes after a child that is refused, and says what stops what', async () => {
  const children = [namespace('green'), map('a', 'elsewhere'), map('b', 'elsewhere')];
  const cluster = await tenant({ children, refuse: ({ kind }) => (kind === 'Namespace' ? forbidden : undefined) });
  expect(cluster.writes).toEqual([]);
  const message = 'Namespace green: namespaces is forbidden; this stops ConfigMap elsewhere/a, ConfigMap elsewhere/b';
  expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'Forbidden', message });
  expect(cluster.condition('Ready')).toMatchObject({ status: 'False', reason: 'Forbidden', message });
});

it('writes nothing into a namespace that it renders and another owner has', async () => {
  const children = [namespace('green'), map('a', 'green')];
  const independent = () => true;
  for (const rendered of [children, children.toReversed()]) {
    const cluster = await tenant({ children: rendered, foreign: [namespace('green')], independent });
    expect(cluster.writes).toEqual([]);
    expect(cluster.condition('Stalled')).toMatchObject({ status: 'True', reason: 'NameTaken' });
  }
});

it('writes a child that was rendered before its namespace once that is there', async () => {
  const cluster = await tenant({ children: [map('a', 'green'), namespace('green')] });
  expect(cluster.writes).toEqual(['Namespace green', 'ConfigMap green/a']);
  expect(cluster.condition('Ready')?.status).toBe('True');
});

it('writes an independent child though one before it is refused, and what comes after it though it is refused', async () => {
  const children = [map('a', 'x'), map('b', 'x'), map('c', 'x')];
  const independent = ({ metadata }: KubernetesObject) => metadata?.name === 'b';
  const refused =
    (name: string) =>
    ({ metadata }: KubernetesObject) =>
      metadata?.name === name ? forbidden : undefined;
  expect((await tenant({ children, independent, refuse: refused('a') })).writes).toEqual(['ConfigMap x/b']);
  expect((await tenant({ children, independent, refuse: refused('b') })).writes).toEqual([
    'ConfigMap x/a',
    'ConfigMap x/c',
  ]);
});

it('waits quietly for a namespace that is being deleted', async () => {
  const causes = [{ reason: 'NamespaceTerminating' }];
  const ending = new ApiError('POST', 403, 'Forbidden', 'x is being terminated', undefined, causes);
  const cluster = await tenant({ children: [map('a', 'x'), map('b', 'x')], refuse: () => ending });
  expect(cluster.condition('Stalled')?.status).toBe('False');
  expect(cluster.condition('Reconciling')).toMatchObject({ status: 'True', reason: 'Waiting' });
});

const names = ['green', 'blue', 'x'];
const anyName = fc.constantFrom(...names);
/** Namespaces first, as one would render them. */
const anyChildren = fc
  .uniqueArray(
    fc.oneof(
      anyName.map(namespace),
      fc.tuple(fc.constantFrom('a', 'b', 'c'), anyName).map(([name, space]) => map(name, space)),
    ),
    { selector: describeObject, minLength: 1, maxLength: 8 },
  )
  .map((children) => children.toSorted((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace')));

it('whatever is refused, nothing is written that stands on it, and everything that does not', async () => {
  const property = fc.asyncProperty(
    anyChildren,
    fc.subarray(names),
    fc.array(fc.nat({ max: 7 }), { maxLength: 2 }),
    fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
    fc.constantFrom<Error>(forbidden, new ApiError('POST', 422, 'Invalid', 'no'), new ConnectionError('reset')),
    async (children, taken, refusedAt, aloneAt, error) => {
      const at = (numbers: readonly number[], child: KubernetesObject) =>
        numbers.includes(children.findIndex((one) => describeObject(one) === describeObject(child)));
      const cluster = await tenant(
        {
          children,
          foreign: taken.map(namespace),
          refuse: (child) => (at(refusedAt, child) ? error : undefined),
          independent: (child) => at(aloneAt, child),
        },
        children.length + 2,
      );
      const rendered = new Set(
        children.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
      );
      const isForeign = (child: KubernetesObject) =>
        child.kind === 'Namespace' && taken.includes(child.metadata!.name!);
      const isRefused = (child: KubernetesObject) => at(refusedAt, child) || isForeign(child);
      const isReached = (space: string) => !rendered.has(space) || cluster.writes.includes(`Namespace ${space}`);
      let stopped = false;
      for (const child of children) {
        const { namespace: space } = child.metadata as { namespace?: string };
        const waits = space !== undefined && !isReached(space);
        const alone = at(aloneAt, child);
        const written = !isRefused(child) && !waits && (alone || !stopped);
        expect([describeObject(child), cluster.writes.includes(describeObject(child))]).toEqual([
          describeObject(child),
          written,
        ]);
        if (space && rendered.has(space) && taken.includes(space)) expect(written).toBe(false);
        if (isRefused(child) && !alone && !waits) stopped = true;
      }
    },
  );
  await fc.assert(property, { seed: 7, numRuns: 2000 });
});
