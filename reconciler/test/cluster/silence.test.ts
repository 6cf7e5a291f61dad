import { ConfigMap } from 'cdk8s-reconciler';
import { FaultyProxy } from 'cdk8s-reconciler/testing';
import { pino } from 'pino';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { Client } from '../../src/run/client.js';
import { systemClock } from '../../src/run/clock.js';
import { Reflector } from '../../src/run/reflector.js';
import { Store } from '../../src/run/store.js';
import { eventually } from './running.js';

test('a watch that falls silent without ending is given up, and misses nothing', async ({ cluster }) => {
  const { namespace, api, controlPlane } = cluster;
  const proxy = await FaultyProxy.start(controlPlane.kubeconfig);
  const client = new Client({ server: new URL(proxy.url), credentials: async () => ({ tls: {} }) }, 'test');
  const store = new Store('test');
  const options = { kind: ConfigMap, namespace, silence: 1_500 };
  const reflector = new Reflector(options, store, client, systemClock, pino({ level: 'silent' }));
  const silence = proxy.inject({ on: ({ watch }) => watch, effect: { do: 'silence' }, times: 1 });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  await expect.poll(() => silence.hits, eventually).toBe(1);
  await api.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'unheard' } });
  await expect.poll(() => store.get('unheard', namespace), eventually).toBeDefined();
  // It went on from where it was: there was only one list.
  expect(proxy.requests.filter(({ watch }) => !watch)).toHaveLength(1);
  stop.abort();
  await running;
  client.close();
  await proxy.stop();
});
