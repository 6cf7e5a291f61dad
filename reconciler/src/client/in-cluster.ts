import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from './connection.js';
import { proxyFor } from './proxy-rules.js';

/** Where the kubelet puts them into every pod. */
export const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

export function isInCluster(directory = serviceAccountDirectory): boolean {
  return existsSync(join(directory, 'token'));
}

function ownNamespace(directory: string): string | undefined {
  const file = join(directory, 'namespace');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * The connection that a pod has by its service account. The kubelet replaces the token before it expires, so it is read
 * from the file.
 */
export function inCluster(
  host: string,
  port: string,
  directory = serviceAccountDirectory,
  env: NodeJS.ProcessEnv = {},
): Connection {
  const server = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  return {
    server,
    namespace: ownNamespace(directory),
    proxy: proxyFor(server, env),
    credentials: async () => ({
      token: (await readFile(join(directory, 'token'), 'utf8')).trim(),
      tls: { ca: await readFile(join(directory, 'ca.crt')) },
    }),
  };
}
