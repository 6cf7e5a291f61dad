import { FakeClock } from 'cdk8s-reconciler/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ApiError } from '../../src/client/api-error.js';
import type { Client, RequestOptions } from '../../src/client/client.js';
import { timing } from '../../src/election/election.js';
import { Lease } from '../../src/election/lease.js';
import { systemClock } from '../../src/queue/clock.js';

/** A Lease on an API server whose answers to PUT wait for `let`. */
function slow() {
  let lease = { metadata: { resourceVersion: '0' }, spec: { holderIdentity: '' } };
  const waiting: (() => void)[] = [];
  const write = async ({ body }: RequestOptions) => {
    const sent = body as typeof lease;
    if (waiting.length < 2 && lease.metadata.resourceVersion !== '0')
      await new Promise<void>((resolve) => waiting.push(resolve));
    if ((sent.metadata.resourceVersion ?? '0') !== lease.metadata.resourceVersion)
      throw new ApiError('PUT', 409, 'Conflict', 'changed');
    lease = { ...sent, metadata: { resourceVersion: String(Number(lease.metadata.resourceVersion) + 1) } };
    return lease;
  };
  const request = async (method: string, _path: string, options: RequestOptions) => {
    if (method !== 'GET') return write(options);
    if (lease.metadata.resourceVersion === '0') throw new ApiError('GET', 404, 'NotFound', 'none');
    return lease;
  };
  return { client: { request } as unknown as Client, waiting, holder: () => lease.spec.holderIdentity };
}

it('is released after the renewal that is under way, and that is no loss', async () => {
  const server = slow();
  const clock = { now: systemClock.now, after: (_: number, call: () => void) => systemClock.after(1, call) };
  const options = { name: 'web', namespace: 'shop', identity: 'me' };
  const lease = new Lease(options, server.client, clock, pino({ level: 'silent' }));
  const stop = new AbortController();
  expect(await lease.acquire(stop.signal)).toBe(true);
  const end = lease.keep(stop.signal);
  await expect.poll(() => server.waiting.length).toBe(1);
  const released = lease.release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const proceed of server.waiting) proceed();
  await expect.poll(() => server.waiting.length).toBe(2);
  server.waiting[1]?.();
  await released;
  expect(await end).toBe('stopped');
  expect(server.holder()).toBe('');
});

it('is not renewed for a process that hangs, so that another replica leads', async () => {
  const server = slow();
  const signs = { heldUntil: 0, hung: false };
  const options = { name: 'web', namespace: 'shop', identity: 'me' };
  const clock = new FakeClock();
  const lease = new Lease(options, server.client, clock, pino({ level: 'silent' }), signs);
  const { signal } = new AbortController();
  expect(await lease.acquire(signal)).toBe(true);
  signs.hung = true;
  const end = lease.keep(signal);
  for (let i = 0; i < 6; i++) {
    clock.advance(timing.retry);
    await new Promise(setImmediate);
  }
  expect(await end).toBe('lost');
  expect(() => lease.check()).toThrow('not the leader');
});

it('keeps the labels, annotations, owners and finalizers that others have put on it', async () => {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'web' };
  const others = {
    ...{ labels: { team: 'web' }, annotations: { note: 'ours' } },
    ...{ ownerReferences: [owner], finalizers: ['others.test/keep'] },
  };
  const spec = { holderIdentity: '' };
  let stored = { metadata: { ...others, resourceVersion: '1' }, spec };
  const request = async (method: string, _path: string, { body }: RequestOptions) => {
    if (method === 'PUT') stored = body as typeof stored;
    return stored;
  };
  const options = { name: 'web', namespace: 'shop', identity: 'me' };
  const log = pino({ level: 'silent' });
  const lease = new Lease(options, { request } as unknown as Client, new FakeClock(), log);
  expect(await lease.acquire(new AbortController().signal)).toBe(true);
  expect(stored).toMatchObject({ metadata: others, spec: { holderIdentity: 'me' } });
});
