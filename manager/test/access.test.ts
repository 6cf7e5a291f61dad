import { Client } from 'cdk8s-reconciler/client';
import { describe, expect, it } from 'vitest';
import { Images } from '../src/images.js';
import { createServer } from '../src/server.js';

/** Nothing listens there: what gets as far as Kubernetes is answered 503. */
const client = new Client({ server: new URL('http://127.0.0.1:1'), credentials: async () => ({ tls: {} }) }, 'test');
const path = '/api/v1/namespaces/shop/instances';
const token = { authorization: 'Bearer abc' };

async function statusOf(method: 'GET' | 'DELETE', headers: Record<string, string>, own = false, rateLimit = 100) {
  const app = await createServer({
    client,
    ...(own && { ownClient: client }),
    images: new Images(),
    rateLimit,
    logger: false,
  });
  const url = method === 'GET' ? path : `${path}/dev`;
  const { statusCode } = await app.inject({ method, url, headers });
  return statusCode;
}

describe('a request', () => {
  it.each([
    ['of a page of another origin', { origin: 'https://evil.example' }, 403],
    ['of a page without an origin', { origin: 'null' }, 403],
    ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of its own page', { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' }, 503],
    ['of no browser', {}, 503],
  ])('%s', async (_, headers, status) => {
    expect(await statusOf('DELETE', { ...token, host: 'localhost', ...headers })).toBe(status);
  });

  it.each([
    ['localhost:8090', 503],
    ['127.0.0.1:8090', 503],
    ['[::1]:8090', 503],
    ['rebound.example:8090', 403],
    ['localhost.evil.example', 403],
  ])('for host %s gets %i where the server acts with a kubeconfig', async (host, status) => {
    expect(await statusOf('GET', { host }, true)).toBe(status);
    expect(await statusOf('GET', { ...token, host }, false)).toBe(503);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer \u00e4', 'bearer'])(
    'with Authorization %j is refused',
    async (authorization) => {
      expect(await statusOf('GET', { authorization, host: 'localhost' }, true)).toBe(401);
    },
  );
});

it('limits the requests of each caller, and says when to come back', async () => {
  const app = await createServer({ client, images: new Images(), rateLimit: 2, logger: false });
  const get = (authorization: string) => app.inject({ url: '/api/v1/versions', headers: { authorization } });
  expect([(await get('Bearer a')).statusCode, (await get('Bearer a')).statusCode]).toEqual([200, 200]);
  const third = await get('Bearer a');
  expect(third.statusCode).toBe(429);
  expect(third.headers['content-type']).toContain('application/problem+json');
  expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
  expect((await get('Bearer b')).statusCode).toBe(200);
});

it('lets no other page frame it, read it or run anything in it', async () => {
  const app = await createServer({ client, images: new Images(), rateLimit: 100, logger: false });
  const { headers } = await app.inject({
    url: '/api/v1/versions',
    headers: { ...token, origin: 'https://evil.example' },
  });
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
});

it('keeps tokens out of its log', async () => {
  const lines: string[] = [];
  const logger = { level: 'trace', stream: { write: (line: string) => lines.push(line) } };
  const app = await createServer({ client, images: new Images(), rateLimit: 100, logger });
  await app.inject({ url: path, headers: { authorization: 'Bearer hunter2' } });
  await app.inject({ url: path, headers: { authorization: 'Basic hunter2' } });
  expect(lines.join('')).toContain(path);
  expect(lines.join('')).not.toContain('hunter2');
});
