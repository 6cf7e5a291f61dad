import { expect } from 'vitest';
import { Api } from '../../../test/cluster/api.js';
import { readKubeconfig } from '../../../test/cluster/kubeconfig.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Client } from '../../src/client/client.js';

const tokens = new Map<string, Promise<string>>();

/** A token with all rights: a proxy does not hand on certificates, as the administrator of a test cluster has one. */
export function administratorToken(cluster: TestCluster): Promise<string> {
  const token = tokens.get(cluster.namespace) ?? makeToken(cluster);
  tokens.set(cluster.namespace, token);
  return token;
}

async function makeToken({ api, controlPlane, namespace }: TestCluster): Promise<string> {
  const name = 'administrator';
  await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  await api.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: `${name}-of-${namespace}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, name);
  const account = Api.fromFile(kubeconfig);
  const mayAll = { spec: { resourceAttributes: { group: '*', resource: '*', verb: '*' } } };
  const review = () =>
    account.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', mayAll).catch(() => undefined);
  // The binding counts once the API server has seen it.
  await expect.poll(review, { timeout: 60_000, interval: 20 }).toMatchObject({ status: { allowed: true } });
  account.close();
  return readKubeconfig(kubeconfig).users[0].user.token!;
}

/** A client of the administrator, for which the API server is at `url`. */
export async function administrator(cluster: TestCluster, url: string): Promise<Client> {
  const token = await administratorToken(cluster);
  return new Client({ server: new URL(url), credentials: async () => ({ token, tls: {} }) }, 'test');
}
