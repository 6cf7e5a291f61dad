import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Connection, Credentials } from './connection.js';
import { type ExecPlugin, runPlugin } from './exec-plugin.js';

interface Cluster {
  readonly server: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
}

interface User {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly exec?: ExecPlugin;
  readonly 'auth-provider'?: unknown;
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { cluster: string; user?: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Cluster }[];
  readonly users?: readonly { readonly name: string; readonly user: User }[];
}

/**
 * The connection of a kubeconfig's current context.
 *
 * @param path of the file; the first one where there are several, as in `KUBECONFIG`
 * @throws Error saying what the file lacks
 */
export async function fromKubeconfig(path: string): Promise<Connection> {
  const config = parse(await readFile(path, 'utf8'), path);
  const found = <T extends { readonly name: string }>(
    list: readonly T[] | undefined,
    name: string,
    what: string,
  ): T => {
    const entry = list?.find((candidate) => candidate.name === name);
    if (!entry)
      throw new Error(`kubeconfig ${path}: there is no ${what} "${name}"; choose with kubectl config use-context`);
    return entry;
  };
  const { context } = found(config.contexts, config['current-context'] ?? '', 'context');
  const { cluster } = found(config.clusters, context.cluster, 'cluster');
  const user = context.user ? found(config.users, context.user, 'user').user : {};
  if (user['auth-provider']) {
    throw new Error(`kubeconfig ${path}: auth-provider was removed from Kubernetes in 1.26; use an exec plugin`);
  }
  return {
    server: new URL(cluster.server),
    serverName: cluster['tls-server-name'],
    insecure: cluster['insecure-skip-tls-verify'],
    credentials: (refused) => credentials(cluster, user, dirname(path), refused),
  };
}

async function credentials(cluster: Cluster, user: User, directory: string, refused: boolean): Promise<Credentials> {
  const file = (path?: string) => (path ? readFile(resolve(directory, path)) : undefined);
  const content = (data?: string, path?: string) => (data ? Buffer.from(data, 'base64') : file(path));
  const plugin = user.exec && (await runPlugin(user.exec, cluster, directory, refused));
  return {
    token: plugin?.token ?? user.token ?? (await file(user.tokenFile))?.toString().trim(),
    tls: {
      ca: await content(cluster['certificate-authority-data'], cluster['certificate-authority']),
      cert:
        plugin?.clientCertificateData ?? (await content(user['client-certificate-data'], user['client-certificate'])),
      key: plugin?.clientKeyData ?? (await content(user['client-key-data'], user['client-key'])),
    },
  };
}

function parse(text: string, path: string): Kubeconfig {
  if (text.trimStart().startsWith('{')) return JSON.parse(text);
  try {
    // Not an import: a bundle that runs in a cluster never gets here, and should not carry a YAML parser.
    return createRequire(__filename)('yaml').parse(text);
  } catch (cause) {
    const advice = 'npm install yaml, or convert it with kubectl config view --raw --flatten --output=json';
    throw new Error(`kubeconfig ${path} can't be read as YAML: ${advice}`, { cause });
  }
}
