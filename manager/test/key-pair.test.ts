import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Client } from 'cdk8s-reconciler/client';
import { afterAll, expect, it } from 'vitest';
import { CertificateAuthority, type KeyPair } from '../../test/cluster/certificates.js';
import { Images } from '../src/images.js';
import { createServer } from '../src/server.js';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const client = new Client({ server: new URL('http://127.0.0.1:1'), credentials: async () => ({ tls: {} }) }, 'test');
const patience = { timeout: 60_000 };

function write({ certificate, key }: KeyPair): void {
  writeFileSync(join(folder, 'tls.crt'), certificate);
  writeFileSync(join(folder, 'tls.key'), key);
}

/** The name in the certificate that a new connection is shown by a server of this authority. */
function shown(port: number, { certificate }: CertificateAuthority): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: certificate }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    }).on('error', reject);
  });
}

it('shows a renewed certificate to new connections without a restart, and the former one while the new one is no pair', async () => {
  const authority = await CertificateAuthority.create('test');
  const [first, second, third] = await Promise.all(
    ['first', 'second', 'third'].map((name) => authority.server(name, { ip: ['127.0.0.1'] })),
  );
  write(first!);
  const log: string[] = [];
  const logger = { level: 'info', stream: { write: (line: string) => log.push(line) } };
  const app = await createServer({ client, images: new Images(), rateLimit: 100, tlsDirectory: folder, logger });
  try {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    expect(await shown(port, authority)).toBe('first');
    write(second!);
    await expect.poll(() => shown(port, authority), patience).toBe('second');
    write({ certificate: third!.certificate, key: second!.key });
    await expect.poll(() => log.join(''), patience).toContain('the certificate cannot be used');
    expect(await shown(port, authority)).toBe('second');
    write(third!);
    await expect.poll(() => shown(port, authority), patience).toBe('third');
    expect(log.join('')).not.toContain('PRIVATE KEY');
  } finally {
    await app.close();
  }
});
