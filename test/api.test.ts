import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Api } from './cluster/api.js';
import { CertificateAuthority } from './cluster/certificates.js';
import { kubeconfig } from './cluster/kubeconfig.js';

it('asks on another connection where the API server has closed the idle one just then', async () => {
  const authority = await CertificateAuthority.create('test');
  const { certificate, key } = await authority.server('server', { ip: ['127.0.0.1'] });
  const asked = new Map<unknown, number>();
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const before = asked.get(request.socket) ?? 0;
    asked.set(request.socket, before + 1);
    if (before > 0) request.socket.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = new Api(kubeconfig(url, authority.certificate, 'test', 'token'));
  for (const path of ['/1', '/2', '/3']) expect(await api.get(path)).toEqual({});
  expect([...asked.values()]).toEqual([2, 2, 1]);
  api.close();
  server.close();
});
