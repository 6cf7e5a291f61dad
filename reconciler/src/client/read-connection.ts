import type { Connection } from './connection.js';
import { inCluster, isInCluster } from './in-cluster.js';
import { fromKubeconfig } from './kubeconfig.js';

/**
 * A kubeconfig that is named comes first, then the pod's service account, then the kubeconfig at home.
 *
 * @throws Error saying what the kubeconfig lacks
 */
export async function readConnection(env: NodeJS.ProcessEnv = process.env): Promise<Connection> {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: servicePort = '443', HOME = '' } = env;
  if (KUBECONFIG) return fromKubeconfig(KUBECONFIG.split(':')[0]!);
  if (host && isInCluster()) return inCluster(host, servicePort);
  return fromKubeconfig(`${HOME}/.kube/config`);
}
