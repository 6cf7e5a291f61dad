import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/queue/clock.js';
import { createLog } from '../../src/run/log.js';
import { serveHealth } from '../../src/thread/health.js';
import { Line } from '../../src/thread/line.js';
import { SecondThread } from '../../src/thread/second-thread.js';
import { hungAfter, VitalSigns } from '../../src/thread/vital-signs.js';

it('is bundled from what it is now (npm run thread)', () => {
  const bundler = createRequire(__filename)(join(__dirname, '../../../scripts/thread.cjs'));
  expect(readFileSync(bundler.file, 'utf8') === bundler.threadSource()).toBe(true);
});

/** A Lease on a server of its own. */
async function leaseServer() {
  let lease: { metadata: object; spec: { holderIdentity?: string; renewTime?: string } } | undefined;
  let version = 0;
  const server = createServer(async (request, answer) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method !== 'GET') lease = { ...JSON.parse(body), metadata: { resourceVersion: String(++version) } };
    const none = { kind: 'Status', code: 404, reason: 'NotFound', details: { name: 'web', kind: 'leases' } };
    answer.writeHead(lease ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(lease ?? none));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { server, url, lease: () => lease };
}

async function thread(url: URL, proxy?: URL) {
  const asked: string[] = [];
  const started = await SecondThread.start({
    connection: { server: url, proxy, credentials: async () => ({ tls: {}, token: 'secret' }) },
    userAgent: 'test',
    lease: { name: 'web', namespace: 'shop', identity: 'me' },
    port: 0,
    log: createLog('silent'),
    observer: { answered: (method, code) => void asked.push(`${method} ${code}`) },
    notReady: () => 'waiting for Service',
    metrics: async () => ({ text: 'up 1', contentType: 'text/plain' }),
  });
  return { ...started, asked };
}

it('leads, answers probes, counts its requests, and gives the lease back', async () => {
  const { server, url, lease } = await leaseServer();
  const { thread: one, port, asked } = await thread(url);
  const { signal } = new AbortController();
  expect(() => one.check()).toThrow('not the leader');
  expect(await one.acquire(signal)).toBe(true);
  one.check();
  const answer = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.text()];
  };
  expect(await answer('/healthz')).toEqual([200, 'ok\n']);
  expect(await answer('/readyz')).toEqual([503, 'waiting for Service\n']);
  expect(await answer('/metrics')).toEqual([200, 'up 1\n']);
  expect((await answer('/'))[0]).toBe(404);
  expect(lease()?.spec.holderIdentity).toBe('me');
  await one.release();
  expect(lease()?.spec.holderIdentity).toBe('');
  expect(() => one.check()).toThrow('not the leader');
  // Renewals come in between where the machine is slow.
  expect([...new Set(asked)]).toEqual(['GET 404', 'POST 200', 'PUT 200']);
  await one.end();
  server.close();
});

it('reaches the API server the same way as the main thread, through a proxy too', async () => {
  const { server, url, lease } = await leaseServer();
  const asked: string[] = [];
  server.on('connect', ({ url: target = '' }, socket) => {
    asked.push(target);
    const tunnel = connect(Number(url.port), url.hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.pipe(tunnel).pipe(socket);
  });
  const { thread: one } = await thread(new URL('http://api.example.invalid'), url);
  expect(await one.acquire(new AbortController().signal)).toBe(true);
  expect(lease()?.spec.holderIdentity).toBe('me');
  expect(asked[0]).toBe('api.example.invalid:80');
  await one.end();
  server.close();
});

it('says where the port is taken', async () => {
  const { server, url } = await leaseServer();
  const options = {
    userAgent: 'test',
    log: createLog('silent'),
    observer: { answered() {} },
    notReady: () => undefined,
  };
  const metrics = async () => ({ text: '', contentType: '' });
  const connection = { server: url, credentials: async () => ({ tls: {} }) };
  const taken = await SecondThread.start({ ...options, metrics, connection, port: 0 });
  const again = SecondThread.start({ ...options, metrics, connection, port: taken.port });
  await expect(again).rejects.toThrow('EADDRINUSE');
  await taken.thread.end();
  server.close();
});

it('calls a process that hangs for good unhealthy', async () => {
  const signs = { hung: true, silence: hungAfter + 1_000 };
  const unasked = { notReady: async () => undefined, metrics: () => Promise.reject(new Error('the process is busy')) };
  const port = await serveHealth(0, { signs, ...unasked });
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  expect([answer.status, await answer.text()]).toEqual([503, 'the event loop has not turned for 61 s\n']);
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(503);
});

it('takes a main thread for hung after a minute without a sign of life', () => {
  const signs = new VitalSigns();
  const cells = new BigInt64Array(signs.memory);
  cells[1] = BigInt(Math.floor(systemClock.now() - hungAfter + 5_000));
  expect(signs.hung).toBe(false);
  cells[1] = BigInt(Math.floor(systemClock.now() - hungAfter - 5_000));
  expect(signs.hung).toBe(true);
});

it('passes calls, results and errors from thread to thread', async () => {
  const { port1, port2 } = new MessageChannel();
  const double = (number: number) => number * 2;
  const fail = () => {
    throw new Error('no');
  };
  const left = new Line(port1, {});
  new Line(port2, { double, fail });
  expect(await Promise.all([left.call('double', 2), left.call('double', 3)])).toEqual([4, 6]);
  await expect(left.call('fail')).rejects.toThrow('no');
  port1.close();
});
