import { expect, it } from 'vitest';
import { actContext } from '../../src/apply/act-context.js';
import { Api } from '../../src/client/api.js';
import type { Client } from '../../src/client/client.js';
import { NotLeaderError } from '../../src/reconcile/problem.js';

it('sends a server outside nothing to carry out once the leadership is lost', async () => {
  const api = new Api({} as Client, 'web.my.domain', () => {
    throw new NotLeaderError('not the leader any more: nothing is written');
  });
  const { fetchJson } = actContext(api, () => [], new AbortController().signal);
  await expect(fetchJson('http://127.0.0.1:1/members', { join: 'web-1' })).rejects.toBeInstanceOf(NotLeaderError);
  await expect(fetchJson('http://127.0.0.1:1/members')).rejects.not.toBeInstanceOf(NotLeaderError);
});
