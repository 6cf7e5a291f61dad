import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Replica, rivals } from './replica.js';
import { define, eventually, World } from './running.js';
import { declareWebServer } from './sample.js';

const group = 'leadership.test';
const WebServer = declareWebServer(group);
const lease = 'web-operator';
let count = 0;
const soaking = process.env.SOAK === 'true';
const seconds = soaking ? 600 : 40;

/**
 * Milliseconds. The promise holds on a machine that has nothing else to do; beside other tests much less than without a
 * release is enough.
 */
const promised = (milliseconds: number) => (soaking ? milliseconds : milliseconds + 10_000);

const test = base
  .extend('world', { scope: 'file' }, async ({ cluster }) => {
    await define(cluster, WebServer);
    return new World(cluster, WebServer);
  })
  .extend('replicas', async ({ cluster, world, task }, { onCleanup }) => {
    expect(world).toBeDefined();
    const started: Replica[] = [];
    onCleanup(async () => {
      if (task.result?.state === 'fail') for (const replica of started.slice(-4)) console.error(replica.story());
      await Promise.all(started.map((replica) => replica.stop()));
      await cluster.api.delete(leasePath(cluster)).catch(() => {});
    });
    return {
      started,
      start: async (env: NodeJS.ProcessEnv = {}) => {
        const replica = await Replica.start(cluster, { group, name: `${cluster.namespace}-${count++}`, lease, env });
        started.push(replica);
        return replica;
      },
    };
  });

/** Nothing is written by two replicas at a time, whatever a test did to them. */
test.afterEach(({ cluster, replicas }) => {
  expect(rivals(cluster, replicas.started, lease)).toEqual([]);
});

const leasePath = ({ namespace }: TestCluster) =>
  `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${lease}`;

async function holder(cluster: TestCluster): Promise<string | undefined> {
  return (await cluster.api.get<Lease>(leasePath(cluster))).spec?.holderIdentity;
}

test('one of two replicas leads, the other one is ready to', async ({ cluster, replicas, world }) => {
  const first = await replicas.start();
  await first.says('leading');
  const second = await replicas.start();
  await second.says('the caches are complete');
  await world.create('led', { replicas: 0 });
  await world.settled('led');
  expect(await holder(cluster)).toBe(first.name);
  expect(second.writes(cluster)).toEqual([]);
});

test('two processes of one machine are two replicas, though none of them has a name', async ({ cluster, replicas }) => {
  const first = await replicas.start({ POD_NAME: undefined });
  await first.says('leading');
  const second = await replicas.start({ POD_NAME: undefined });
  await second.says('the caches are complete');
  const before = await holder(cluster);
  // The other one has seen several times by now who leads.
  await sleep(6_000);
  expect([await holder(cluster), second.messages.includes('leading')]).toEqual([before, false]);
});

test('SIGTERM: it ends with 0, and another one writes within 3 s', async ({ cluster, replicas, world }) => {
  const first = await replicas.start();
  await first.says('leading');
  const second = await replicas.start();
  await second.says('the caches are complete');
  const terminated = Date.now();
  first.signal('SIGTERM');
  await first.says('stopping');
  await world.create('after-term', { replicas: 0 });
  await world.settled('after-term');
  const [written] = second.writes(cluster).filter(({ objectRef }) => objectRef?.resource === 'deployments');
  expect(Date.parse(written!.stageTimestamp) - terminated).toBeLessThan(promised(3_000));
  expect(await first.ended()).toBe(0);
});

test('a leader that is killed: another one writes within 15 s and two retries', async ({
  cluster,
  replicas,
  world,
}) => {
  const first = await replicas.start();
  await first.says('leading');
  const second = await replicas.start();
  await second.says('the caches are complete');
  const killed = Date.now();
  first.signal('SIGKILL');
  await world.create('after-kill', { replicas: 0 });
  await expect.poll(() => holder(cluster), { timeout: 40_000 }).toBe(second.name);
  await world.settled('after-kill');
  const [written] = second.writes(cluster).filter(({ objectRef }) => objectRef?.resource === 'deployments');
  expect(Date.parse(written!.stageTimestamp) - killed).toBeLessThan(promised(15_000 + 2 * 2_200));
});

test('a leader that was stopped and comes back after its lease ran out writes nothing and ends with 1', async ({
  cluster,
  replicas,
  world,
}) => {
  const first = await replicas.start();
  await first.says('leading');
  await world.create('before-stop', { replicas: 0 });
  await world.settled('before-stop');
  const second = await replicas.start();
  await second.says('the caches are complete');
  first.signal('SIGSTOP');
  const writes = first.writes(cluster).filter(({ objectRef }) => objectRef?.resource !== 'leases').length;
  await expect.poll(() => holder(cluster), { timeout: 40_000 }).toBe(second.name);
  // Work that the stopped one finds when it wakes up.
  await Promise.all(Array.from({ length: 20 }, (_, i) => world.create(`while-stopped-${i}`, { replicas: 0 })));
  first.signal('SIGCONT');
  expect(await first.ended()).toBe(1);
  expect(first.writes(cluster).filter(({ objectRef }) => objectRef?.resource !== 'leases')).toHaveLength(writes);
  for (let i = 0; i < 20; i++) await world.settled(`while-stopped-${i}`);
});

test('a leader that computes for longer than the lease lasts goes on leading, and answers probes meanwhile', async ({
  cluster,
  replicas,
  world,
}) => {
  const first = await replicas.start({ TEST_BLOCK: '25000' });
  await first.says('leading');
  const second = await replicas.start();
  await second.says('the caches are complete');
  const { spec: before } = await cluster.api.get<Lease>(leasePath(cluster));
  const { port } = first.log.find(({ message }) => message === 'started') as { readonly port: number };
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  await ask('/readyz');
  first.signal('SIGHUP');
  const end = Date.now() + 24_000;
  for (let i = 0; Date.now() < end; i++) {
    if (i === 0) await world.create('while-computing', { replicas: 0 });
    expect([await ask('/healthz'), await ask('/readyz')]).toEqual([200, 200]);
    await sleep(2_000);
  }
  await world.settled('while-computing');
  const { spec: after } = await cluster.api.get<Lease>(leasePath(cluster));
  expect([after?.holderIdentity, after?.leaseTransitions]).toEqual([first.name, before?.leaseTransitions]);
  expect(second.messages).not.toContain('leading');
});

test('a clock that goes wrong by an hour takes the lease neither early nor never', async ({ cluster, replicas }) => {
  const spec = { holderIdentity: 'skewed', leaseDurationSeconds: 15, leaseTransitions: 0 };
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString().replace('Z', '000Z');
  const path = leasePath(cluster).replace(`/${lease}`, '');
  await cluster.api.create(path, { metadata: { name: lease }, spec: { ...spec, renewTime: hourAgo } });
  const replica = await replicas.start();
  // The record looks an hour old, but it changes: its holder lives, behind a clock that is slow.
  for (let i = 0; i < 10; i++) {
    await sleep(2_000);
    const renewTime = new Date(Date.now() - 3_600_000).toISOString().replace('Z', '000Z');
    await cluster.api.patch(leasePath(cluster), { spec: { renewTime } });
  }
  expect(await holder(cluster)).toBe('skewed');
  // Now it says that it was renewed an hour from now, and falls silent.
  const renewTime = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '000Z');
  await cluster.api.patch(leasePath(cluster), { spec: { renewTime } });
  await expect.poll(() => holder(cluster), { timeout: 40_000 }).toBe(replica.name);
});

test(`two replicas under ${seconds} s of chaos: never two writers, and everything gets done`, {
  timeout: (seconds + 120) * 1000,
}, async ({ cluster, replicas, world }) => {
  const running = [await replicas.start(), await replicas.start()];
  const chaos = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;
  const names: string[] = [];
  const end = Date.now() + seconds * 1000;
  for (let round = 0; Date.now() < end; ) {
    const leading = await holder(cluster).catch(() => undefined);
    const victim = running.findIndex((replica) => replica.name === leading);
    if (victim < 0) {
      await sleep(500);
      continue;
    }
    const name = `chaos-${round}`;
    await world.create(name, { replicas: 0 });
    names.push(name);
    // From one that has not seen the object yet to one that is through with it.
    await sleep((round % 5) * 300);
    const signal = chaos[round++ % chaos.length]!;
    running[victim]!.signal(signal);
    if (signal === 'SIGSTOP') {
      await sleep(17_000);
      running[victim]!.signal('SIGCONT');
      // If no other was there to take over it goes on leading.
      if ((await holder(cluster)) === leading) continue;
    }
    await running[victim]!.ended();
    running[victim] = await replicas.start();
  }
  // The last leader may have been killed a moment ago: the next one leads after 15 s and two retries.
  for (const name of names) await world.settled(name, 'True', { ...eventually, timeout: 60_000 });
});
