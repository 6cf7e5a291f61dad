import type { Api } from '../../cluster/api.js';
import { ControlPlane } from '../../cluster/control-plane.js';

/** etcd and API server alone, so that only the operator and the driver cost anything. */
export interface QuietCluster {
  readonly api: Api;
  readonly kubeconfig: string;
  /** Of the API server. */
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startQuietCluster(): Promise<QuietCluster> {
  const controlPlane = await ControlPlane.start({ controllers: false });
  const { api, kubeconfig } = controlPlane;
  return { api, kubeconfig, pid: controlPlane.apiServerPid ?? 0, stop: () => controlPlane.stop() };
}
