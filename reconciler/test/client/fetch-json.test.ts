import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { fetchJson } from '../../src/client/fetch-json.js';

const { signal } = new AbortController();

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('gets, or posts what it is given, and returns what is answered', async () => {
  const url = await serve(async (request, response) => {
    response.end(JSON.stringify([request.method, request.headers['content-type'], await text(request)]));
  });
  expect(await fetchJson(url, undefined, signal)).toEqual(['GET', null, '']);
  expect(await fetchJson(url, { id: 7 }, signal)).toEqual(['POST', 'application/json', '{"id":7}']);
});

it('returns undefined for what is not there', async () => {
  const url = await serve((_, response) => response.writeHead(404).end('{"message": "no such member"}'));
  expect(await fetchJson(url, undefined, signal)).toBeUndefined();
});

it('fails with the words of the server, and without the query', async () => {
  const url = await serve((_, response) => response.writeHead(503).end('no leader'));
  const failure = fetchJson(`${url}/members?token=secret`, undefined, signal);
  await expect(failure).rejects.toThrow(new Error(`${url}/members answers 503: no leader`));
});

it('says why there is no answer', async () => {
  const url = await serve(() => {});
  const closed = fetchJson('http://127.0.0.1:1/members', undefined, signal);
  await expect(closed).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/members: .+/);
  const stopping = new AbortController();
  const pending = fetchJson(url, undefined, stopping.signal);
  stopping.abort();
  await expect(pending).rejects.toThrow('aborted');
});

it('gives up a server that does not answer', { timeout: 60_000 }, async () => {
  const url = await serve(() => {});
  await expect(fetchJson(`${url}/members`, undefined, signal)).rejects.toThrow(`${url}/members: no answer within 5 s`);
});
