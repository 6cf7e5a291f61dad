import type { Connection } from './connection.js';
import { inCluster, isInCluster, serviceAccountDirectory } from './in-cluster.js';
import { fromKubeconfig } from './kubeconfig.js';

/**
 * Kubeconfigs that are named come first, then the pod's service account, then the kubeconfig at home.
 *
 * @throws Error saying what the kubeconfig lacks, or what in it is not understood
 */
export async function readConnection(env: NodeJS.ProcessEnv = process.env): Promise<Connection> {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: servicePort = '443', HOME = '' } = env;
  if (KUBECONFIG) return fromKubeconfig(KUBECONFIG, env);
  if (host && isInCluster()) return inCluster(host, servicePort, serviceAccountDirectory, env);
  return fromKubeconfig(`${HOME}/.kube/config`, env);
}
