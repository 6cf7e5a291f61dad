import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { type CpuLimit, limitCpu } from '../../../test/node/cgroup.js';
import { Replica } from './replica.js';
import { define, eventually, World } from './running.js';
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

/** Seconds, as the process itself measures it. */
async function lagOf({ log }: Replica): Promise<string | undefined> {
  const { port } = log.find(({ message }) => message === 'started') as { readonly port: number };
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1];
}
