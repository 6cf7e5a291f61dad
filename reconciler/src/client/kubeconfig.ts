import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Connection, Credentials } from './connection.js';
import { runPlugin } from './exec-plugin.js';
import { impersonation } from './impersonation.js';
import { type Cluster, checkFields, type Found, fields, Kubeconfig, type User } from './kubeconfig-file.js';
import { parseProxy, proxyFor } from './proxy-rules.js';

interface Context {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/**
 * The connection of a kubeconfig's context, as kubectl makes it.
 *
 * @param paths of one file, or of several as in `KUBECONFIG`
 * @param env for HTTPS_PROXY and its like, where the kubeconfig has no proxy
 * @param name of the context; the current one by default
 * @throws Error saying what the files lack, or what in them is not understood
 */
export async function fromKubeconfig(
  paths: string,
  env: NodeJS.ProcessEnv = process.env,
  name?: string,
): Promise<Connection> {
  const config = await Kubeconfig.read(paths);
  const context = config.find<Context>('context', name ?? config.currentContext).value;
  const cluster = config.find<Cluster>('cluster', context.cluster ?? '');
  const user = context.user ? config.find<User>('user', context.user) : { value: {}, directory: cluster.directory };
  judgeCluster(cluster.value, `${config.name}: cluster "${context.cluster}"`);
  judgeUser(user.value, `${config.name}: user "${context.user}"`);
  const server = new URL(cluster.value.server);
  const proxyUrl = cluster.value['proxy-url'];
  return {
    server,
    serverName: cluster.value['tls-server-name'],
    insecure: cluster.value['insecure-skip-tls-verify'],
    namespace: context.namespace,
    proxy: proxyUrl ? parseProxy(proxyUrl, `${config.name}: proxy-url`) : proxyFor(server, env),
    credentials: (refused) => credentials(cluster, user, refused),
  };
}

/** What kubectl refuses (client-go tools/clientcmd/validation.go, rest/transport.go). */
function judgeCluster(cluster: Cluster, what: string): void {
  const fail = (problem: string) => {
    throw new Error(`${what} ${problem}`);
  };
  if (!URL.canParse(cluster.server) || !/^https?:$/.test(new URL(cluster.server).protocol)) {
    fail('needs a server such as https://10.0.0.1:6443');
  }
  const file = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'];
  if (file && data) fail('has certificate-authority and certificate-authority-data: keep one');
  if (cluster['insecure-skip-tls-verify'] && (file || data)) {
    fail('has insecure-skip-tls-verify and a certificate authority: keep one');
  }
}

/** v1beta1 has IfAvailable where it gives none. */
const interactiveModes: ReadonlySet<string> = new Set(['Never', 'IfAvailable', 'Always']);

function judgeUser(user: User, what: string): void {
  const fail = (problem: string) => {
    throw new Error(`${what} ${problem}`);
  };
  const certificate = user['client-certificate'] ?? user['client-certificate-data'];
  const isBasic = user.username || user.password;
  if (user.token && isBasic) fail('has a token and a user name: keep one');
  if (certificate && !(user['client-key'] ?? user['client-key-data'])) fail('has a client certificate without a key');
  if (!user.as && (user['as-uid'] || user['as-groups']?.length || user['as-user-extra'])) {
    fail('has as-uid, as-groups or as-user-extra without as: give the user to act as');
  }
  if (user.as !== undefined && user.as !== user.as.trim()) fail('has blanks around as, which a header cannot carry');
  if (!user.exec) return;
  checkFields(user.exec, fields.exec, `${what}: exec`);
  if (!user.exec.command) fail('has exec without a command');
  if (!/^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(user.exec.apiVersion)) {
    fail('has exec with an apiVersion other than client.authentication.k8s.io/v1 and v1beta1');
  }
  const { apiVersion, interactiveMode } = user.exec;
  if (interactiveMode === undefined ? !apiVersion.endsWith('beta1') : !interactiveModes.has(interactiveMode)) {
    fail(`has exec with an interactiveMode other than ${[...interactiveModes].join(', ')}`);
  }
  if (interactiveMode === 'Always') fail('has an exec plugin that always asks, and a program cannot answer');
}

async function credentials(cluster: Found<Cluster>, user: Found<User>, refused: boolean): Promise<Credentials> {
  const { value } = user;
  const ca = await content(cluster, 'certificate-authority-data', 'certificate-authority');
  const cert = await content(user, 'client-certificate-data', 'client-certificate');
  // What the kubeconfig has itself counts before what a plugin would give (client-go
  // plugin/pkg/client/auth/exec/exec.go).
  const isKnown = value.token || value.tokenFile || value.username || value.password || cert;
  const plugin =
    value.exec && !isKnown ? await runPlugin(value.exec, { ...cluster.value, ca }, user.directory, refused) : undefined;
  const basic = Buffer.from(`${value.username ?? ''}:${value.password ?? ''}`).toString('base64');
  return {
    token: plugin?.token ?? (await tokenOf(user)),
    headers: {
      ...((value.username || value.password) && { authorization: `Basic ${basic}` }),
      ...impersonation(value),
    },
    tls: {
      ca,
      cert: plugin?.clientCertificateData ?? cert,
      key: plugin?.clientKeyData ?? (await content(user, 'client-key-data', 'client-key')),
    },
  };
}

/** The file counts before the token beside it, as long as it can be read. */
async function tokenOf({ value: { token, tokenFile }, directory }: Found<User>): Promise<string | undefined> {
  if (!tokenFile) return token;
  const text = readFile(resolve(directory, tokenFile), 'utf8').then((content) => content.trim());
  return token ? text.then((read) => read || token).catch(() => token) : text;
}

async function content<T extends object>(
  { value, directory }: Found<T>,
  data: keyof T,
  file: keyof T,
): Promise<Buffer | undefined> {
  const { [data]: base64, [file]: path } = value as Record<keyof T, string | undefined>;
  if (base64) return Buffer.from(base64, 'base64');
  return path ? readFile(resolve(directory, path)) : undefined;
}
