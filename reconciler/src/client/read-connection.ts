import type { Connection } from './connection.js';
import { inCluster, isInCluster, serviceAccountDirectory } from './in-cluster.js';
import { fromKubeconfig } from './kubeconfig.js';

/** What kubectl's flags of the same names choose. */
export interface ConnectionChoice {
  /** Path of one file. @default what KUBECONFIG says */
  readonly kubeconfig?: string;
  /** @default the current one */
  readonly context?: string;
}

/**
 * Kubeconfigs that are named come first, then the pod's service account, then the kubeconfig at home.
 *
 * @throws Error saying what the kubeconfig lacks, or what in it is not understood
 */
export async function readConnection(
  env: NodeJS.ProcessEnv = process.env,
  { kubeconfig = env.KUBECONFIG, context }: ConnectionChoice = {},
): Promise<Connection> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: servicePort = '443', HOME = '' } = env;
  if (kubeconfig) return fromKubeconfig(kubeconfig, env, context);
  if (host && !context && isInCluster()) return inCluster(host, servicePort, serviceAccountDirectory, env);
  return fromKubeconfig(`${HOME}/.kube/config`, env, context);
}
