import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../src/run/client.js';

it('sends no character that YAML refuses or takes for the end of a line: an apply is read as YAML', async () => {
  const bodies: string[] = [];
  const server = createServer((request, answer) => {
    void text(request).then((body) => answer.end(String(bodies.push(body))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new Client(
    { server: new URL(`http://127.0.0.1:${port}`), credentials: async () => ({ tls: {} }) },
    '',
  );
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const body = { data: 'a\u007fb\u0085c\u009fd\u2028e\u2029f\ufeffg\uffffh\né' };
  await client.request('PATCH', '/', { body });
  expect(JSON.parse(bodies[0]!)).toEqual(body);
  expect(bodies[0]).toMatch(/^[\x20-\x7eé]*$/);
});
