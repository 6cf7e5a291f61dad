import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Client, type Connection, readConnection, withoutCredentials } from 'cdk8s-reconciler/client';
import { Images } from './images.js';
import type { Login } from './login.js';
import type { ServerOptions } from './server.js';

/** What the environment says. This is the only file that reads it. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly server: Omit<ServerOptions, 'console'>;
}

/**
 * In a pod, callers bring their tokens. With a kubeconfig, which is for development, callers without one act as its
 * user, so it listens on loopback only.
 *
 * @throws Error saying which variable is wrong and what it should be
 */
export async function readConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const inPod = env.KUBERNETES_CA_FILE ? podConnection(env, env.KUBERNETES_CA_FILE) : undefined;
  const connection = inPod ?? (await readConnection(env));
  const host = env.HOST ?? (inPod ? '::' : '127.0.0.1');
  const client = new Client(withoutCredentials(connection), 'nacos-manager');
  return {
    host,
    port: wholeNumber(env, 'PORT', 8090, 65535),
    server: {
      client,
      ...(!inPod && isLoopback(host) && { ownClient: new Client(connection, 'nacos-manager') }),
      images: new Images(list(env.IMAGES)),
      namespaces: list(env.NAMESPACES),
      rateLimit: wholeNumber(env, 'RATE_LIMIT', 600, 1_000_000),
      ...(env.TLS_DIRECTORY && { tlsDirectory: env.TLS_DIRECTORY }),
      ...(env.OIDC_ISSUER && { login: loginAt(env, env.OIDC_ISSUER) }),
      logger: { level: env.LOG_LEVEL ?? 'info' },
    },
  };
}

/** Without the service account's token: this service has no rights of its own. */
function podConnection(
  { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' }: NodeJS.ProcessEnv,
  ca: string,
): Connection {
  return {
    server: new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`),
    credentials: async () => ({ tls: { ca: await readFile(ca) } }),
  };
}

function loginAt(
  { OIDC_CLIENT_ID: clientId, OIDC_SCOPES: scopes = 'openid' }: NodeJS.ProcessEnv,
  issuer: string,
): Login {
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:')
    throw new Error(`OIDC_ISSUER is ${issuer}, expected an address that starts with https://`);
  if (!clientId) throw new Error('OIDC_CLIENT_ID is not set; with OIDC_ISSUER it names the public client of this page');
  return { issuer, clientId, scopes };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function list(text: string | undefined): string[] | undefined {
  const items = text
    ?.split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  return items?.length ? items : undefined;
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string, standard: number, maximum: number): number {
  const text = env[name];
  const number = text ? Number(text) : standard;
  if (!Number.isInteger(number) || number < 0 || number > maximum)
    throw new Error(`${name} is ${text}, expected 0 to ${maximum}`);
  return number;
}
