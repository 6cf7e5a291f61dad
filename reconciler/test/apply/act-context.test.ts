import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { actContext } from '../../src/apply/act-context.js';
import { Api } from '../../src/client/api.js';
import type { Client, RequestOptions } from '../../src/client/client.js';
import { InterruptedError, NotLeaderError } from '../../src/reconcile/problem.js';

it('sends a server outside nothing to carry out once the leadership is lost', async () => {
  const api = new Api({} as Client, 'web.my.domain', () => {
    throw new NotLeaderError('not the leader any more: nothing is written');
  });
  const { fetchJson } = actContext(api, () => [], new AbortController().signal);
  await expect(fetchJson('http://127.0.0.1:1/members', { join: 'web-1' })).rejects.toBeInstanceOf(NotLeaderError);
  await expect(fetchJson('http://127.0.0.1:1/members')).rejects.not.toBeInstanceOf(NotLeaderError);
});

it('lets act record what it did while the process stops, and begin nothing more outside', async () => {
  const written: string[] = [];
  const request = async (method: string, path: string, { signal }: RequestOptions) => {
    signal?.throwIfAborted();
    written.push(`${method} ${path}`);
    return { metadata: { name: 'web', uid: 'web' } };
  };
  const api = new Api({ request } as unknown as Client, 'web.my.domain', () => {});
  const stopping = AbortSignal.abort(new InterruptedError('the process is stopping'));
  const { patch, apply, fetchJson } = actContext(api, () => [], stopping);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' } };
  await apply(ConfigMap, object as ConfigMap);
  await patch(ConfigMap, 'web', { data: { paid: 'yes' } }, 'shop');
  expect(written).toEqual(['PATCH', 'PATCH'].map((method) => `${method} /api/v1/namespaces/shop/configmaps/web`));
  await expect(fetchJson('http://127.0.0.1:1/payments', {})).rejects.toBeInstanceOf(InterruptedError);
});
