import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { type CpuLimit, limitCpu } from '../../../test/node/cgroup.js';
import { collectionPath } from '../../src/client/endpoint.js';
import { Fleet } from './fleets.js';
import { Replica } from './replica.js';
import { type AnyObject, define, eventually, World } from './running.js';
import { declareWebServer } from './sample.js';

const group = 'quota.test';
const lease = 'web-operator';
const WebServer = declareWebServer(group);
const [small, large, items] = [300, 20, 2_000];

test(`two replicas with 200m of CPU each, ${small} objects and ${large} with lists of ${items} items: leadership never changes`, {
  timeout: 240_000,
}, async ({ cluster, onTestFinished }) => {
  await define(cluster, WebServer);
  const world = new World(cluster, WebServer);
  const names = [
    ...Array.from({ length: large }, (_, i) => [`large-${i}`, { replicas: 0, variables: items }] as const),
    ...Array.from({ length: small }, (_, i) => [`small-${i}`, { replicas: 0 }] as const),
  ];
  for (let i = 0; i < names.length; i += 10)
    await Promise.all(names.slice(i, i + 10).map(([name, spec]) => world.create(name, spec)));

  const replicas: Replica[] = [];
  const limits: CpuLimit[] = [];
  onTestFinished(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await Promise.all(limits.map((limit) => limit.remove()));
  });
  const start = async () => {
    const name = `${cluster.namespace}-${replicas.length}`;
    const limit = await limitCpu(name, 200);
    limits.push(limit);
    const replica = await Replica.start(cluster, { group, name, lease });
    await limit.add(replica.pid);
    replicas.push(replica);
    return replica;
  };
  const holder = async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${cluster.namespace}/leases/${lease}`;
    const { spec } = await cluster.api.get<Lease>(path);
    return [spec?.holderIdentity, spec?.leaseTransitions ?? 0];
  };

  const started = Date.now();
  const first = await start();
  await first.says('leading');
  const led = await holder();
  const second = await start();
  const within = { ...eventually, timeout: 120_000, interval: 500 };
  for (const name of [`large-${large - 1}`, `small-${small - 1}`]) await world.settled(name, 'True', within);
  // Once more all at once, with both of them up to date.
  await second.says('the caches are complete');
  for (const [name] of names) await world.edit(name, { spec: { note: 'again' } });
  for (const name of [`large-0`, `small-${small - 1}`]) await world.settled(name, 'True', within);

  const [written] = first.writes(cluster).filter(({ objectRef }) => objectRef?.resource === 'deployments');
  const lag = await Promise.all(replicas.map(lagOf));
  console.log(
    `first write after ${Date.parse(written!.stageTimestamp) - started} ms; event-loop lag p99: ${lag.join(', ')} s`,
  );
  expect(await holder()).toEqual(led);
  expect(led[0]).toBe(first.name);
  expect(second.messages).not.toContain('leading');
  expect(replicas.map(({ messages }) => messages.filter((message) => /lost|in time/.test(String(message))))).toEqual([
    [],
    [],
  ]);
});

const soaking = process.env.SOAK === 'true';
const parents = soaking ? 5_000 : 300;

test(`two replicas with 200m of CPU each and ${parents} objects with two children each: leadership never changes, and nothing is written when it does`, {
  timeout: 1_200_000,
}, async ({ cluster, onTestFinished }) => {
  await define(cluster, Fleet);
  const world = new World(cluster, Fleet);
  const names = Array.from({ length: parents }, (_, i) => `fleet-${i}`);
  for (let i = 0; i < names.length; i += 16)
    await Promise.all(names.slice(i, i + 16).map((name) => world.create(name)));
  const endings: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const end of endings.reverse()) await end();
  });
  const within = { timeout: 900_000, interval: 1_000 };
  const start = async (name: string, milli?: number) => {
    const options = { group: 'fleet.test', name: `${cluster.namespace}-${name}`, lease: 'fleet', main: 'fleet-main' };
    const limit = milli === undefined ? undefined : await limitCpu(options.name, milli);
    if (limit) endings.push(() => limit.remove());
    const replica = await Replica.start(cluster, options);
    endings.push(() => replica.stop());
    await limit?.add(replica.pid);
    return replica;
  };
  /** Each answer has the time since the one before. */
  const lags = new Map<Replica, number>();
  const reconciled = async (replica: Replica) => {
    const text = await metricsOf(replica);
    lags.set(replica, Math.max(lags.get(replica) ?? 0, sumOf(text, 'nodejs_eventloop_lag_p99_seconds')));
    return sumOf(text, 'controller_runtime_reconcile_total');
  };
  const changes = (replica: Replica) =>
    replica.writes(cluster).filter(({ objectRef }) => !/leases|events/.test(objectRef?.resource ?? ''));

  const started = Date.now();
  const first = await start('first', 200);
  await first.says('leading');
  const second = await start('second', 200);
  const done = async () => {
    const { items } = await cluster.api.list<AnyObject>(collectionPath(Fleet, cluster.namespace));
    return items.filter(({ status }) =>
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    ).length;
  };
  await expect.poll(done, within).toBe(parents);
  const seconds = (Date.now() - started) / 1000;
  expect(second.messages).not.toContain('leading');
  await reconciled(first);

  // The next one finds all of them as they should be.
  first.signal('SIGTERM');
  expect(await first.ended()).toBe(0);
  await expect.poll(() => second.messages, within).toContain('leading');
  await expect.poll(() => reconciled(second), within).toBeGreaterThanOrEqual(parents);
  // And once more with as much CPU as there is.
  const third = await start('third');
  await third.says('the caches are complete');
  second.signal('SIGTERM');
  expect(await second.ended()).toBe(0);
  await expect.poll(() => third.messages, within).toContain('leading');
  await expect.poll(() => reconciled(third), within).toBeGreaterThanOrEqual(parents);
  console.log(
    `${parents} objects: all ready after ${seconds} s; event-loop lag p99 of two with 200m of CPU, and of one without a limit: ${[...lags.values()].join(', ')} s`,
  );
  expect([changes(second), changes(third)]).toEqual([[], []]);
});

/** Seconds, as the process itself measures it. */
async function lagOf(replica: Replica): Promise<number> {
  return sumOf(await metricsOf(replica), 'nodejs_eventloop_lag_p99_seconds');
}

async function metricsOf({ log }: Replica): Promise<string> {
  const { port } = log.find(({ message }) => message === 'started') as { readonly port: number };
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** Of all series of a metric. */
function sumOf(text: string, name: string): number {
  const values = [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
  return values.reduce((sum, value) => sum + value, 0);
}
