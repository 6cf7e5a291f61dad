import { Readable } from 'node:stream';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Definition } from '../../src/cache/definition.js';
import { Reflector } from '../../src/cache/reflector.js';
import { Store } from '../../src/cache/store.js';
import type { Client } from '../../src/client/client.js';
import { systemClock } from '../../src/queue/clock.js';
import { DefinitionError } from '../../src/reconcile/problem.js';

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

it('looks at the definition once more before it takes specs that are new, and at no other time', async () => {
  const stop = new AbortController();
  const note = (text: string, resourceVersion: string) => ({ ...map('a', resourceVersion), spec: { text } });
  const events = (...objects: object[]) =>
    objects.map((object) => `${JSON.stringify({ type: 'MODIFIED', object })}\n`).join('');
  const chunks = [
    events(note('a', '6'), note('a', '7')),
    events(note('b', '8'), note('c', '9')),
    events(note('lacking', '10'), note('more', '11')),
  ];
  const looks: unknown[] = [];
  const client = {
    request: async () => list('5', note('a', '5')),
    stream: async () => Object.assign(Readable.from(chunks), { setTimeout: () => {} }),
  } as unknown as Client;
  const text = () => [...store.list()].map((one) => (one as unknown as ReturnType<typeof note>).spec.text)[0];
  const definition = {
    check: async () => {},
    confirm: async () => {
      looks.push(text());
      if (looks.length === 1) return;
      stop.abort();
      throw new DefinitionError('it lacks a field');
    },
  } as unknown as Definition;
  const clock = { now: systemClock.now, after: (_: number, call: () => void) => systemClock.after(0, call) };
  const store = new Store('test');
  const options = { kind: ConfigMap, definition };
  await new Reflector(options, store, client, clock, pino({ level: 'silent' })).run(stop.signal);
  expect([...looks, text()]).toEqual(['a', 'c', 'c']);
});
