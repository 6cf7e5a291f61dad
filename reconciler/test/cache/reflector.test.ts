import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Reflector } from '../../src/cache/reflector.js';
import { Store } from '../../src/cache/store.js';
import type { Client } from '../../src/client/client.js';
import { systemClock } from '../../src/queue/clock.js';

const map = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } });
const list = (resourceVersion: string, ...items: object[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMapList',
  metadata: { resourceVersion },
  items,
});

it('knows the kind of what is listed, however the list is named', async () => {
  const stop = new AbortController();
  const client = {
    request: async () => ({ ...list('5', map('a', '4')), kind: 'Collection' }),
    stream: async () => {
      stop.abort();
      throw new Error('stopped');
    },
  } as unknown as Client;
  const store = new Store('test');
  await new Reflector({ kind: ConfigMap }, store, client, systemClock, pino({ level: 'silent' })).run(stop.signal);
  expect([...store.list()]).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap' }]);
});

it('takes a list from a restored backup for what is, though it is older than what was known', async () => {
  const lists = [list('90', map('changed', '80'), map('lost', '85')), list('50', map('changed', '40'))];
  const stop = new AbortController();
  const client = {
    request: async () => lists[0],
    stream: async () => {
      if (lists.length === 1) stop.abort();
      lists.shift();
      throw Object.assign(new Error('expired'), { status: 410 });
    },
  } as unknown as Client;
  const clock = { now: systemClock.now, after: (_: number, call: () => void) => systemClock.after(0, call) };
  const store = new Store('test');
  await new Reflector({ kind: ConfigMap }, store, client, clock, pino({ level: 'silent' })).run(stop.signal);
  expect([...store.list()].map(({ metadata }) => metadata)).toMatchObject([{ name: 'changed', resourceVersion: '40' }]);
});

it('lists again after an outage from which the API server comes back with an older version', async () => {
  const stop = new AbortController();
  const [known, copy] = [list('90', map('changed', '80')), list('50', map('changed', '40'), map('back', '30'))];
  let [now, watches] = [known, 0];
  const client = {
    request: async () => now,
    stream: async () => {
      watches++;
      if (watches === 1) now = copy;
      else stop.abort();
      throw new Error('connection refused');
    },
  } as unknown as Client;
  const clock = { now: systemClock.now, after: (_: number, call: () => void) => systemClock.after(0, call) };
  const store = new Store('test');
  await new Reflector({ kind: ConfigMap }, store, client, clock, pino({ level: 'silent' })).run(stop.signal);
  expect([...store.list()].map(({ metadata: { name, resourceVersion } }) => [name, resourceVersion])).toEqual([
    ['changed', '40'],
    ['back', '30'],
  ]);
});
