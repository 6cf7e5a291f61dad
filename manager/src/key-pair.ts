import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';

/** As PEM. */
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What of an HTTPS server this needs. */
export interface Secured {
  setSecureContext(pair: KeyPair): void;
}

/** Milliseconds. */
const every = 2000;

/** `tls.crt` and `tls.key`, as a Secret of type kubernetes.io/tls has them. */
export async function readKeyPair(folder: string): Promise<KeyPair> {
  return { cert: await readFile(join(folder, 'tls.crt')), key: await readFile(join(folder, 'tls.key')) };
}

/**
 * Has `server` use what is in `folder` from time to time: kubelet writes there what a renewed Secret has. What is no
 * pair is tried again, and the former one stays. By looking rather than by fs.watch, since a volume's files are links
 * into a folder that is replaced.
 *
 * @returns what ends it
 */
export function followKeyPair(server: Secured, folder: string, used: KeyPair, log: FastifyBaseLogger): () => void {
  let current = used;
  const look = async () => {
    const found = await readKeyPair(folder);
    if (found.cert.equals(current.cert) && found.key.equals(current.key)) return;
    server.setSecureContext(found);
    current = found;
    log.info({ folder }, 'the certificate was renewed');
  };
  const timer = setInterval(() => {
    look().catch((err: unknown) => log.error({ err, folder }, 'the certificate cannot be used; the former one stays'));
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
