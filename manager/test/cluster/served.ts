import { Client, readConnection, withoutCredentials } from 'cdk8s-reconciler/client';
import { expect } from 'vitest';
import { readKubeconfig } from '../../../test/cluster/kubeconfig.js';
import { test as base } from '../../../test/cluster/operator.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Images } from '../../src/images.js';
import { createServer, type ServerOptions } from '../../src/server.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  readonly body: any;
}

/** The service over HTTP, as one caller uses it. */
export class Caller {
  constructor(
    private readonly address: string,
    private readonly token?: string,
  ) {}

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.open(method, path, body, headers);
    const content = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(content) : content };
  }

  open(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.address + path, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

const ofNacos = (verbs: string[]) => ({ apiGroups: ['nacos.io'], resources: ['nacos'], verbs });
const rules = {
  /** Everything in one namespace. */
  editor: [
    ofNacos(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']),
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list'] },
  ],
  /** May look, in the same namespace. */
  viewer: [ofNacos(['get', 'list', 'watch'])],
};

/** A token of a service account that may do what `rules` say, in the cluster's namespace only. */
export async function tokenOf(cluster: TestCluster, role: keyof typeof rules): Promise<string> {
  const { namespace } = cluster;
  const metadata = { name: role, namespace };
  const subjects = [{ kind: 'ServiceAccount', name: role, namespace }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: rules[role] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, subjects, roleRef },
  ];
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const path = await cluster.controlPlane.serviceAccountKubeconfig(namespace, role);
  return readKubeconfig(path).users[0].user.token ?? '';
}

/** Serves on a free port of loopback until the test file ends. @returns its address */
export async function serve(
  { kubeconfig }: { readonly kubeconfig: string },
  options: Partial<ServerOptions> & { own?: boolean } = {},
) {
  const connection = await readConnection({ KUBECONFIG: kubeconfig });
  const { own, ...rest } = options;
  const app = await createServer({
    client: new Client(withoutCredentials(connection), 'nacos-manager'),
    ...(own && { ownClient: new Client(connection, 'nacos-manager') }),
    images: new Images(),
    rateLimit: 1_000_000,
    logger: false,
    ...rest,
  });
  return { app, address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

/**
 * With the definition of Nacos, and two callers of different rights; `operator` starts the operator, before servers
 * that are played.
 */
export const test = base
  .extend('address', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
    await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', 'dist/00-crds.k8s.yaml']);
    await expect
      .poll(() => cluster.kubectl(['get', 'nacos']).catch(() => undefined), { timeout: 60_000 })
      .toBeDefined();
    const { app, address } = await serve(cluster);
    onCleanup(() => app.close());
    return address;
  })
  .extend(
    'editor',
    { scope: 'file' },
    async ({ cluster, address }) => new Caller(address, await tokenOf(cluster, 'editor')),
  )
  .extend(
    'viewer',
    { scope: 'file' },
    async ({ cluster, address }) => new Caller(address, await tokenOf(cluster, 'viewer')),
  )
  .extend('instances', { scope: 'file' }, ({ cluster }) => `/api/v1/namespaces/${cluster.namespace}/instances`);
