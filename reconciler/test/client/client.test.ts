import { createServer, type RequestListener } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { CertificateAuthority } from '../../../test/cluster/certificates.js';
import { NoAnswerError } from '../../src/client/api-error.js';
import { Client } from '../../src/client/client.js';

async function clientOf(answer: RequestListener, path = ''): Promise<Client> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}${path}`);
  const client = new Client({ server: url, credentials: async () => ({ tls: {} }) }, '');
  onTestFinished(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

it('sends no character that YAML refuses or takes for the end of a line: an apply is read as YAML', async () => {
  const bodies: string[] = [];
  const client = await clientOf((request, answer) => {
    void text(request).then((body) => answer.end(String(bodies.push(body))));
  });
  const body = { data: 'a\u007fb\u0085c\u009fd\u2028e\u2029f\ufeffg\uffffh\né' };
  await client.request('PATCH', '/', { body });
  expect(JSON.parse(bodies[0]!)).toEqual(body);
  expect(bodies[0]).toMatch(/^[\x20-\x7eé]*$/);
});

it('does not wait for the end of a refusal that has none, though a stream has none either', async () => {
  const client = await clientOf((_, answer) => answer.writeHead(503).write('busy'));
  await expect(client.stream('/', { timeout: 300 })).rejects.toMatchObject({ status: 503 });
});

it('says of what is not answered in time that there was no answer', async () => {
  const client = await clientOf(() => {});
  const refusal = client.request('PATCH', '/', { body: {}, timeout: 100 });
  await expect(refusal).rejects.toThrow(new NoAnswerError('PATCH /: no answer within 0.1 s'));
  await expect(refusal).rejects.toBeInstanceOf(NoAnswerError);
});

it('asks below the path of the server, and leaves out of the query what is undefined', async () => {
  const client = await clientOf(({ url }, answer) => answer.end(JSON.stringify(url)), '/clusters/a/');
  const query = { labelSelector: 'app in (a,b)&c', limit: 5, continue: undefined };
  const url = new URL(await client.request<string>('GET', '/api/v1/pods', { query }), 'http://any');
  expect(url.pathname).toBe('/clusters/a/api/v1/pods');
  expect([...url.searchParams]).toEqual([
    ['labelSelector', 'app in (a,b)&c'],
    ['limit', '5'],
  ]);
  expect(await client.request('GET', '/version')).toBe('/clusters/a/version');
});

it('survives a connection that breaks right after an answer, before it is idle', async () => {
  const client = await clientOf((_, answer) => answer.end('"it is me"'));
  const answer = await client.stream('/');
  const { socket } = answer;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // An error without a listener ends the process, here the run of the tests.
  answer.once('end', () => socket.destroy(new Error('write EPIPE')));
  await text(answer);
  await closed;
  expect(await client.request('GET', '/')).toBe('it is me');
});

it('resumes the TLS session of the connection before, which costs the server less than another one', async () => {
  const authority = await CertificateAuthority.create('authority');
  const { certificate: cert, key } = await authority.server('server', { ip: ['127.0.0.1'] });
  const resumed: boolean[] = [];
  const server = https
    .createServer({ cert, key }, (_, answer) => answer.writeHead(200, { connection: 'close' }).end('{}'))
    .on('secureConnection', (socket) => resumed.push(socket.isSessionReused()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new Client({ server: url, credentials: async () => ({ tls: { ca: authority.certificate } }) }, '');
  await client.request('GET', '/');
  await client.request('GET', '/');
  expect(resumed).toEqual([false, true]);
});
