import type { Kind } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { FaultyProxy } from 'cdk8s-reconciler/testing';
import { pino } from 'pino';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { Reflector } from '../../src/cache/reflector.js';
import { Store } from '../../src/cache/store.js';
import { systemClock } from '../../src/queue/clock.js';
import { administrator } from './administrator.js';
import { eventually } from './running.js';

const test = base.extend('watching', async ({ cluster }, { onCleanup }) => {
  const { namespace, api, controlPlane } = cluster;
  const proxy = await FaultyProxy.start(controlPlane.kubeconfig);
  const client = await administrator(cluster, proxy.url);
  const store = new Store('test');
  const log: Record<string, unknown>[] = [];
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  onCleanup(async () => {
    stop.abort();
    await running;
    client.close();
    await proxy.stop();
  });
  return {
    proxy,
    store,
    log,
    start: (kind: Kind) => {
      const options = { kind, namespace, silence: 1_500 };
      const logger = pino({ messageKey: 'message' }, { write: (line: string) => void log.push(JSON.parse(line)) });
      running = new Reflector(options, store, client, systemClock, logger).run(stop.signal);
    },
    create: (name: string) => api.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name } }),
  };
});

test('a watch that falls silent without ending is given up, and misses nothing', async ({ watching, cluster }) => {
  const { proxy, store } = watching;
  const silence = proxy.inject({ on: ({ watch }) => watch, effect: { do: 'silence' }, times: 1 });
  watching.start(ConfigMap);
  await expect.poll(() => silence.hits, eventually).toBe(1);
  await watching.create('unheard');
  await expect.poll(() => store.get('unheard', cluster.namespace), eventually).toBeDefined();
  // It went on from where it was: there was only one list. The other look is at the version, with one object.
  const limits = proxy.requests.filter(({ watch }) => !watch).map(({ query }) => query.get('limit'));
  expect(limits).toEqual(['50', '1']);
});

test('a trouble is one line in the log however often it is tried again, and its end is another', async ({
  watching,
  cluster,
}) => {
  const refusal = watching.proxy.inject({
    on: ({ watch }) => watch,
    effect: { do: 'answer', status: 503 },
    times: 3,
  });
  watching.start(ConfigMap);
  await expect.poll(() => refusal.hits, eventually).toBe(3);
  await watching.create('heard');
  await expect.poll(() => watching.store.get('heard', cluster.namespace), eventually).toBeDefined();
  expect(watching.log.map(({ message }) => message)).toEqual([
    'watch refused with 503, trying again',
    'the watch works again',
  ]);
});

test('so is a resource that is not served yet', async ({ watching }) => {
  watching.start({ group: 'missing.test', version: 'v1', kind: 'Nothing', plural: 'nothings', namespaced: true });
  await expect.poll(() => watching.proxy.requests.length, eventually).toBeGreaterThanOrEqual(3);
  expect(watching.log.map(({ message }) => message)).toEqual([
    'the API server has no missing.test/v1: apply the CustomResourceDefinition of Nothing, or declare another group or version',
  ]);
});
