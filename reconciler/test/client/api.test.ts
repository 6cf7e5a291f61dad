import { ConfigMap, Namespace } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { Api } from '../../src/client/api.js';
import { ApiError } from '../../src/client/api-error.js';
import type { Client } from '../../src/client/client.js';
import { objectPath } from '../../src/client/endpoint.js';

const answering = (status: number, body: string) =>
  new Api({ request: () => Promise.reject(ApiError.from('GET', status, body)) } as unknown as Client, 'test', () => {});

it('says that there is no such object only where the API server names it', async () => {
  const details = { name: 'web', kind: 'configmaps' };
  const api = answering(404, JSON.stringify({ reason: 'NotFound', message: 'configmaps "web" not found', details }));
  expect(await api.get(ConfigMap, 'web', 'shop')).toBeUndefined();
});

it.each([
  ['a kind that is not served', 404, JSON.stringify({ reason: 'NotFound', message: 'no such resource', details: {} })],
  ['a server that is starting', 404, '404 page not found'],
  ['a refusal', 403, JSON.stringify({ reason: 'Forbidden', message: 'no' })],
])('does not take %s for an object that is not there', async (_, status, body) => {
  await expect(answering(status, body).get(ConfigMap, 'web', 'shop')).rejects.toMatchObject({ status });
});

it('refuses what would be the path of something else', async () => {
  await expect(answering(404, '').get(ConfigMap, 'web')).rejects.toThrow('ConfigMap web: its namespace is missing');
  expect(() => objectPath(ConfigMap, '', 'shop')).toThrow('its name is missing');
  expect(objectPath(Namespace, 'shop')).toBe('/api/v1/namespaces/shop');
});

it('says that a kind may be declared in the wrong scope, of which only a write has no path', async () => {
  const api = answering(
    404,
    JSON.stringify({ reason: 'NotFound', message: 'could not find the resource', details: {} }),
  );
  const named = (namespace?: string) => ({ metadata: { name: 'web', namespace } });
  await expect(api.apply(ConfigMap, named('shop'))).rejects.toThrow('declare it with namespaced: false');
  await expect(api.apply(Namespace, named())).rejects.toThrow('declare it with namespaced: true');
});
