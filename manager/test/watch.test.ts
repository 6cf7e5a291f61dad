import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from 'cdk8s-reconciler/client';
import { expect, it, onTestFinished } from 'vitest';
import { Images } from '../src/images.js';
import { createServer } from '../src/server.js';

it('does not follow instances for a caller who left while they were read', async () => {
  let asked = false;
  let answer: (list: object) => void = () => {};
  const streams: (AbortSignal | undefined)[] = [];
  const client = {
    request: () => {
      asked = true;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    stream: (_path: string, { signal }: { signal?: AbortSignal }) => {
      streams.push(signal);
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  } as unknown as Client;
  const app = await createServer({ client, images: new Images(), rateLimit: 100, logger: false });
  onTestFinished(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const left: string[] = [];
  app.server.on('request', ({ url = '' }, reply) => reply.once('close', () => left.push(url)));
  const { port } = app.server.address() as AddressInfo;
  const headers = { authorization: 'Bearer abc' };
  const request = get({ port, host: '127.0.0.1', path: '/api/v1/watch?namespace=shop', headers }).on('error', () => {});
  await expect.poll(() => asked).toBe(true);
  request.destroy();
  await expect.poll(() => left.length).toBe(1);
  answer({ metadata: { resourceVersion: '1' }, items: [] });
  await new Promise(setImmediate);
  expect(streams.filter((signal) => !signal?.aborted)).toEqual([]);
});

it('a server that stops waits for no caller of a stream, though callers keep connections for their next request', async () => {
  const client = {
    request: async () => ({ metadata: { resourceVersion: '1' }, items: [] }),
    stream: (_path: string, { signal }: { signal?: AbortSignal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  } as unknown as Client;
  const app = await createServer({ client, images: new Images(), rateLimit: 100, logger: false });
  await app.listen({ host: '127.0.0.1', port: 0 });
  app.server.keepAliveTimeout = 0;
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const options = { port, agent, path: '/api/v1/watch?namespace=shop', headers: { authorization: 'Bearer abc' } };
  const stream = await new Promise<IncomingMessage>((resolve) => get(options, resolve));
  const [closed, text] = await Promise.all([app.close().then(() => true), readAll(stream)]);
  expect([closed, text]).toEqual([true, expect.stringContaining('event: snapshot')]);
});

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks = await stream.setEncoding('utf8').toArray();
  return chunks.join('');
}
