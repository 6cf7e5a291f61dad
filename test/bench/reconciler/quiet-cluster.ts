import type { Api } from '../../cluster/api.js';
import { ControlPlane } from '../../cluster/control-plane.js';

/** etcd and API server alone, so that only the operator and the driver cost anything. */
export interface QuietCluster {
  readonly api: Api;
  /** Path of a kubeconfig with a token, which is what operators have in a cluster. */
  readonly operatorKubeconfig: () => Promise<string>;
  /** Of the API server. */
  readonly pid: number;
  stop(): Promise<void>;
}

const namespace = 'default';
const operator = 'operator';

export async function startQuietCluster(): Promise<QuietCluster> {
  const controlPlane = await ControlPlane.start({
    controllers: false,
    // Of the usual range 2,768 WebServers get a port.
    apiServerArguments: ['--service-node-port-range=2000-65000'],
  });
  const { api } = controlPlane;
  await createOperatorAccount(api);
  return {
    api,
    operatorKubeconfig: () => controlPlane.serviceAccountKubeconfig(namespace, operator),
    pid: controlPlane.apiServerPid ?? 0,
    stop: () => controlPlane.stop(),
  };
}

async function createOperatorAccount(api: Api): Promise<void> {
  const metadata = { name: operator };
  await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
  });
  await api.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: operator, namespace }],
  });
}
