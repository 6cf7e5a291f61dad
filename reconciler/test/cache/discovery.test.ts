import { kind } from 'cdk8s-reconciler';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { whyNotServed } from '../../src/cache/discovery.js';
import { Reflector } from '../../src/cache/reflector.js';
import { Store } from '../../src/cache/store.js';
import { ApiError } from '../../src/client/api-error.js';
import type { Client } from '../../src/client/client.js';
import type { Kind } from '../../src/kind.js';
import { systemClock } from '../../src/queue/clock.js';

const notFound = (path: string) =>
  new ApiError(`GET ${path}`, 404, 'NotFound', 'the server could not find the requested resource');

/** An API server with what `served` says of its group versions. */
function clientOf(served: Record<string, object[]>) {
  const request = async (_method: string, path: string) => {
    const resources = served[path];
    if (!resources) throw notFound(path);
    return { resources };
  };
  return { request } as unknown as Client;
}
const core = [
  { name: 'endpoints', kind: 'Endpoints', namespaced: true },
  { name: 'pods', kind: 'Pod', namespaced: true },
  { name: 'pods/status', kind: 'Pod', namespaced: true },
  { name: 'namespaces', kind: 'Namespace', namespaced: false },
];

it.each<[string, Kind, string]>([
  ['another plural', kind('v1', 'Endpoints'), 'kind Endpoints has the plural endpoints, not endpointss: declare it so'],
  [
    'no such kind',
    kind('v1', 'Widget'),
    'the API server has no kind Widget in v1: apply its CustomResourceDefinition, or declare another version',
  ],
  [
    'no such group',
    kind('cert-manager.io/v1', 'Certificate'),
    'the API server has no cert-manager.io/v1: apply the CustomResourceDefinition of Certificate, or declare another group or version',
  ],
  ['no namespaces', kind('v1', 'Namespace'), 'kind Namespace is not namespaced: declare it so'],
])('says what is wrong with a kind that is not served: %s', async (_, declared, words) => {
  expect(await whyNotServed(declared, clientOf({ '/api/v1': core }), new AbortController().signal)).toBe(words);
});

it('is settled while its kind is not served, and complete as soon as that is', async () => {
  const Certificate = kind('cert-manager.io/v1', 'Certificate');
  const stop = new AbortController();
  let served = false;
  const request = async (_method: string, path: string) => {
    if (!served) throw notFound(path);
    const metadata = { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '7' };
    return {
      apiVersion: 'cert-manager.io/v1',
      kind: 'CertificateList',
      metadata: { resourceVersion: '9' },
      items: [{ metadata }],
    };
  };
  const stream = () => new Promise(() => {});
  const clock = { now: systemClock.now, after: (_: number, call: () => void) => systemClock.after(1, call) };
  const store = new Store('test');
  const progress: string[] = [];
  const log = pino({ level: 'silent' });
  const reflector: Reflector = new Reflector(
    { kind: Certificate },
    store,
    { request, stream } as unknown as Client,
    clock,
    log,
    () => {
      progress.push(reflector.synced ? 'complete' : 'settled');
    },
  );
  void reflector.run(stop.signal);
  await expect.poll(() => progress).toEqual(['settled']);
  expect(reflector.obstacle).toContain('no cert-manager.io/v1');
  served = true;
  await expect.poll(() => progress).toEqual(['settled', 'complete']);
  expect([...store.list()]).toHaveLength(1);
  expect(reflector.obstacle).toBeUndefined();
  stop.abort();
});
