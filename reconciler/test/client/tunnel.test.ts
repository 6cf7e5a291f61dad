import { once } from 'node:events';
import { createServer } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { CertificateAuthority } from '../../../test/cluster/certificates.js';
import { Client } from '../../src/client/client.js';
import type { Connection } from '../../src/client/connection.js';
import { type LocalProxy, startProxy } from './proxy.js';

function clientOf(connection: Pick<Connection, 'server' | 'proxy' | 'serverName'>, ca?: string): Client {
  const client = new Client({ ...connection, credentials: async () => ({ token: 'secret', tls: { ca } }) }, 'test');
  onTestFinished(() => client.close());
  return client;
}

async function secureServer(resumed: boolean[] = []) {
  const authority = await CertificateAuthority.create('authority');
  const { certificate: cert, key } = await authority.server('server', { dns: ['api.example'] });
  const server = https
    .createServer({ cert, key }, ({ headers }, answer) => {
      answer.writeHead(200, { connection: 'close' }).end(JSON.stringify(headers.authorization));
    })
    .on('secureConnection', (socket) => resumed.push(socket.isSessionReused()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`https://api.example:${port}`), ca: authority.certificate };
}

it('reaches a server that only a proxy finds, and resumes its TLS sessions', async () => {
  const resumed: boolean[] = [];
  const { url, ca } = await secureServer(resumed);
  const proxy = await startProxy();
  const client = clientOf({ server: url, proxy: proxy.url }, ca);
  expect(await client.request('GET', '/')).toBe('Bearer secret');
  expect(await client.request('GET', '/')).toBe('Bearer secret');
  expect(proxy.asked).toEqual([url.host, url.host]);
  expect(resumed).toEqual([false, true]);
});

it('keeps a connection through a proxy for the next request', async () => {
  const server = createServer((_, answer) => answer.end('"here"'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const proxy = await startProxy();
  const { port } = server.address() as AddressInfo;
  const client = clientOf({ server: new URL(`http://api.example:${port}`), proxy: proxy.url });
  expect([await client.request('GET', '/'), await client.request('GET', '/')]).toEqual(['here', 'here']);
  expect(proxy.asked).toHaveLength(1);
});

it('says its login to a proxy that asks for one', async () => {
  const { url, ca } = await secureServer();
  const proxy = await startProxy();
  const client = clientOf({ server: url, proxy: new URL(`http://me:p%40ss@${proxy.url.host}`) }, ca);
  expect(await client.request('GET', '/')).toBe('Bearer secret');
  expect(proxy.asked).toEqual([`${url.host} me:p@ss`]);
});

it('reports a proxy that refuses, or that is not there, without its password', async () => {
  const server = new URL('https://api.example:6443');
  const refusing = await startProxy(407);
  const login = (proxy: LocalProxy | { url: URL }) => new URL(`http://me:secret@${proxy.url.host}`);
  const words = (proxy: URL) => clientOf({ server, proxy }).request('GET', '/').catch(String);
  expect(await words(login(refusing))).toBe(
    `ConnectionError: GET /: proxy ${refusing.url.host}, on the way to api.example:6443: it answers 407 Not You`,
  );
  const nowhere = await words(login({ url: new URL('http://127.0.0.1:1') }));
  expect(nowhere).toMatch(/proxy 127\.0\.0\.1:1, on the way to api\.example:6443: connect ECONNREFUSED/);
  expect(nowhere).not.toContain('secret');
});
