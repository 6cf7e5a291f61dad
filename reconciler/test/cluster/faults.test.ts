import { setTimeout as sleep } from 'node:timers/promises';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { type Effect, FaultyProxy, type ProxiedRequest } from 'cdk8s-reconciler/testing';
import { expect, onTestFinished } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { define, eventually, quiet, Running, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('faults.test');
const controllers = [controlWebServers(WebServer)];

const test = base.extend('web', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, WebServer);
  const running = await Running.start(cluster, controllers);
  onCleanup(() => running.stop());
  await expect.poll(() => running.ready, eventually).toBe(true);
  let count = 0;
  const world = new World(cluster, WebServer);
  /** Creates an object and waits until it is through. Returns its name. */
  const through = async () => {
    const name = `web-${count++}`;
    await world.create(name, { replicas: 0 });
    await world.settled(name);
    return name;
  };
  return { running, world, through };
});

const answer = (status: number, headers = {}): Effect => {
  const body = JSON.stringify({ kind: 'Status', code: status, reason: 'Injected', message: 'injected' });
  return { do: 'answer', status, headers: { 'content-type': 'application/json', ...headers }, body };
};

const refusals: Readonly<Record<string, Effect>> = {
  '429 with Retry-After': answer(429, { 'retry-after': '1' }),
  '500': answer(500),
  '503': answer(503),
  '409': answer(409),
  '410': answer(410),
  '401': answer(401),
  'a reset connection': { do: 'reset', when: 'before' },
  'an answer that is no JSON': { do: 'garble', body: '<html>gateway</html>\n' },
};

const isList = ({ method, path, watch }: ProxiedRequest) =>
  method === 'GET' && !watch && path.endsWith('/sampleservers');
const isWatch = ({ path, watch }: ProxiedRequest) => watch && path.endsWith('/sampleservers');
const isWrite = ({ method, path }: ProxiedRequest) => method !== 'GET' && !/\/events(\/|$)/.test(path);

for (const [name, effect] of Object.entries(refusals)) {
  test(`${name} on the first list: it starts all the same`, async ({ web, cluster }) => {
    const existing = await web.through();
    const proxy = await FaultyProxy.start(cluster.controlPlane.kubeconfig);
    const fault = proxy.inject({ on: isList, effect, times: 2 });
    const late = await Running.start(cluster, controllers, { proxy });
    await expect.poll(() => late.reconciliations(), eventually).toBeGreaterThan(0);
    expect(fault.hits).toBe(2);
    expect(await web.world.child(Deployment, existing)).toBeDefined();
    await late.stop();
  });

  test(`${name} on the watch: what happened meanwhile is not missed`, async ({ web }) => {
    const fault = web.running.proxy.inject({ on: isWatch, effect, times: 2 });
    web.running.proxy.resetAll();
    await web.through();
    expect(fault.hits).toBe(2);
    fault.remove();
  });

  test(`${name} on writes: they are tried again`, async ({ web }) => {
    const fault = web.running.proxy.inject({ on: isWrite, effect, times: 3 });
    await web.through();
    expect(fault.hits).toBe(3);
    fault.remove();
  });
}

// An answer that is no JSON comes when the write is done.
for (const [name, effect] of Object.entries(refusals).filter(([, { do: what }]) => what !== 'garble')) {
  test(`${name} on a child: its owner is not Ready before it is there`, async ({ web }) => {
    const isService = ({ method, path }: ProxiedRequest) => method === 'PATCH' && path.includes('/services/');
    const fault = web.running.proxy.inject({ on: isService, effect });
    onTestFinished(() => fault.remove());
    const owner = `without-${Object.keys(refusals).indexOf(name)}`;
    await web.world.create(owner, { replicas: 0 });
    await expect.poll(() => fault.hits, eventually).toBeGreaterThan(3);
    expect((await web.world.condition(owner, 'Ready'))?.status).not.toBe('True');
    fault.remove();
    await web.world.settled(owner);
    expect(await web.world.child(Service, `${owner}-service`)).toBeDefined();
  });
}

test('a write whose answer is lost is not done twice', async ({ web }) => {
  const fault = web.running.proxy.inject({ on: isWrite, effect: { do: 'reset', when: 'after' }, times: 3 });
  const name = await web.through();
  fault.remove();
  const { metadata } = (await web.world.child(Deployment, name))!;
  expect(metadata.generation).toBe(1);
});

test('an event that is cut off in the middle comes again', async ({ web }) => {
  const fault = web.running.proxy.inject({ on: isWatch, effect: { do: 'cut', after: 100 }, times: 2 });
  web.running.proxy.resetAll();
  await web.through();
  expect(fault.hits).toBeGreaterThan(0);
  fault.remove();
});

test('a server that closes each connection after its answer, as on GOAWAY, is served on', async ({ web }) => {
  const fault = web.running.proxy.inject({ effect: { do: 'close' } });
  web.running.proxy.resetAll();
  await web.through();
  await web.through();
  fault.remove();
});

test('connections that are reset again and again delay, and no more', async ({ web }) => {
  let resets = 0;
  // Without an end it would be chance when a request gets through.
  const storm = setInterval(() => (resets++ < 40 ? web.running.proxy.resetAll() : clearInterval(storm)), 300);
  onTestFinished(() => clearInterval(storm));
  await Promise.all(Array.from({ length: 10 }, () => web.through()));
});

test('a request that hangs, without a byte and without an end, is given up: a read after 30 s, a write after 65 s', async ({
  web,
  cluster,
}) => {
  const { proxy } = web.running;
  const name = await web.through();
  const ofDeployment = ({ method, path }: ProxiedRequest) =>
    method === 'PATCH' && path.endsWith(`/deployments/${name}`);
  const writes = proxy.inject({ on: ofDeployment, effect: { do: 'hang' }, times: 1 });
  const watches = proxy.inject({ on: isWatch, effect: { do: 'hang' }, times: 1 });
  proxy.resetAll();
  await expect.poll(() => watches.hits, eventually).toBe(1);
  await web.world.edit(name, { spec: { image: 'nginx:2' } });
  await expect.poll(() => writes.hits, { timeout: 60_000 }).toBe(1);
  // The next attempt succeeds within milliseconds: the event of the failure stays.
  const events = () => cluster.kubectl(['get', 'events', `--field-selector=involvedObject.name=${name}`]);
  await expect.poll(events, { timeout: 100_000 }).toMatch(/Warning +ApplyFailed .*no answer within 65 s/);
  await expect.poll(() => web.world.image(name, Deployment), { timeout: 60_000 }).toBe('nginx:2');
  await expect.poll(() => web.world.condition(name, 'Ready'), { timeout: 60_000 }).toMatchObject({ status: 'True' });
  writes.remove();
  watches.remove();
});

test('a write for which webhooks keep the API server waiting for half a minute is waited for', async ({ web }) => {
  const { proxy } = web.running;
  const isSlow = ({ method, path }: ProxiedRequest) => method === 'PATCH' && path.endsWith('/deployments/slow');
  const slow = proxy.inject({ on: isSlow, effect: { do: 'delay', milliseconds: 32_000 } });
  await web.world.create('slow', { replicas: 0 });
  await web.world.settled('slow', 'True', { ...eventually, timeout: 90_000 });
  expect(slow.hits).toBe(1);
  slow.remove();
});

test('a child that was removed is not removed again while the watch is behind', async ({ web }) => {
  const name = await web.through();
  const { proxy } = web.running;
  const late = ({ path, watch }: ProxiedRequest) => watch && !path.endsWith('/sampleservers');
  const fault = proxy.inject({ on: late, effect: { do: 'delay', milliseconds: 2000 } });
  proxy.resetAll();
  await expect.poll(() => fault.hits, eventually).toBeGreaterThanOrEqual(2);
  await web.world.edit(name, { spec: { service: false } });
  await expect.poll(() => web.world.child(Service, `${name}-service`), eventually).toBeUndefined();
  await web.world.edit(name, { spec: { image: 'nginx:2' } });
  await expect.poll(() => web.world.image(name, Deployment), eventually).toBe('nginx:2');
  await quiet(web.running);
  const removals = web.running.writes.filter((write) => write === `DELETE services/${name}-service`);
  expect(removals).toHaveLength(1);
  fault.remove();
  proxy.resetAll();
});

test('an edit that shows first in the answer to a status is done, though the watch then has no news of it', async ({
  web,
}) => {
  const name = await web.through();
  const { proxy } = web.running;
  const late = proxy.inject({ on: isWatch, effect: { do: 'delay', milliseconds: 3000 } });
  proxy.resetAll();
  await web.world.edit(name, { spec: { note: 'the watch is there' } });
  await web.world.settled(name);
  await web.world.edit(name, { spec: { note: 'this brings a reconciliation and a status' } });
  await sleep(1000);
  await web.world.edit(name, { spec: { image: 'nginx:3' } });
  await expect.poll(() => web.world.image(name, Deployment), eventually).toBe('nginx:3');
  late.remove();
  proxy.resetAll();
});

const isEvent = ({ method, path }: ProxiedRequest) => method === 'POST' && path.endsWith('/events');
const eventFaults: Readonly<Record<string, Effect>> = {
  ...refusals,
  'an answer that is lost': { do: 'reset', when: 'after' },
};
for (const [name, effect] of Object.entries(eventFaults)) {
  test(`${name} on an event: it is written all the same, once, and nothing waits for it`, async ({ web, cluster }) => {
    const fault = web.running.proxy.inject({ on: isEvent, effect, times: 2 });
    const object = await web.through();
    const events = () =>
      cluster.kubectl(['get', 'events', `--field-selector=involvedObject.name=${object},reason=Ready`, '--no-headers']);
    await expect.poll(events, eventually).toMatch(/Normal +Ready/);
    expect((await events()).trim().split('\n')).toHaveLength(1);
    fault.remove();
  });
}

test('an event reports a status that is written, and no other', async ({ web, cluster }) => {
  const isStatus = ({ path }: ProxiedRequest) => path.endsWith('/status');
  const fault = web.running.proxy.inject({ on: isStatus, effect: answer(500), times: 5 });
  const name = await web.through();
  expect(fault.hits).toBe(5);
  await quiet(web.running);
  const selector = `--field-selector=involvedObject.name=${name}`;
  const events = await cluster.kubectl(['get', 'events', selector, '--no-headers']);
  expect(events.trim().split('\n')).toHaveLength(1);
  fault.remove();
});

test('events that come late do not make it write what it has written', async ({ web }) => {
  const fault = web.running.proxy.inject({ on: ({ watch }) => watch, effect: { do: 'delay', milliseconds: 2000 } });
  web.running.proxy.resetAll();
  await quiet(web.running);
  const before = web.running.writes.length;
  const name = await web.through();
  await quiet(web.running);
  const writes = web.running.writes.slice(before).filter((write) => !write.endsWith('/status'));
  expect(writes).toEqual([`PATCH deployments/${name}`, `PATCH services/${name}-service`]);
  fault.remove();
  web.running.proxy.resetAll();
});
