import {
  ConfigMap,
  controller,
  Pod,
  PodDisruptionBudget,
  reading,
  Service,
  StatefulSet,
  TerminalError,
} from 'cdk8s-reconciler';
import { children } from './children.js';
import { type Member, members, post } from './etcd.js';
import { type Change, nextChange, quorumLost } from './membership.js';
import { clusterLabel, EtcdCluster } from './resource.js';

export const etcdCluster = controller(EtcdCluster, {
  owns: { configMaps: ConfigMap, services: Service, budgets: PodDisruptionBudget, statefulSets: StatefulSet },
  // The StatefulSet owns them. They say where members answer, and a change of one is a reason to ask again.
  reads: { pods: reading(Pod, isMember, { labelSelector: clusterLabel }) },
  render: children,
  observe: ({ status }, { pods }, { signal }) => {
    const addresses = pods.flatMap((pod) => pod.status?.podIP ?? []);
    return members(addresses, status?.members ?? [], signal);
  },
  status: ({ spec, status }, { statefulSets: [set] }, found, standard) => {
    const lost = quorumLost(found);
    if (lost) throw new TerminalError('QuorumLost', lost);
    const ready = standard?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return {
      // `render` reads these. Before the first member answers there are none.
      members: found.length > 0 ? found.map(({ name }) => name) : status?.members,
      joining: found.find(({ stage }) => stage !== 'voter')?.name,
      readyMembers: set?.status?.readyReplicas ?? 0,
      // Each child may be as rendered, and the cluster still not what the spec asks for.
      conditions: ready && !hasSize(found, spec.size) ? resizing(`${found.length} of ${spec.size} members`) : [],
    };
  },
  plan: (cluster, { statefulSets: [set] }, found) => nextChange(cluster, found, set?.status?.availableReplicas ?? 0),
  act: async ({ address, path, body }: Change, _, { signal }) => {
    await post(address, path, body, signal);
  },
  requeueAfter: ({ spec }, _, found) => (hasSize(found, spec.size) ? 30 : 2),
});

function isMember({ metadata }: Pod, cluster: EtcdCluster): boolean {
  return metadata?.labels?.[clusterLabel] === cluster.metadata.name;
}

function hasSize(found: readonly Member[], size: number): boolean {
  return found.length === size && found.every(({ stage }) => stage === 'voter');
}

function resizing(message: string) {
  const because = { reason: 'Resizing', message };
  return [
    { type: 'Ready', status: 'False', ...because } as const,
    { type: 'Reconciling', status: 'True', ...because } as const,
  ];
}
