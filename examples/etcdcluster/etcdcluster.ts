import {
  ConfigMap,
  controller,
  hasMembers,
  nextMemberChange,
  Pod,
  PodDisruptionBudget,
  quorumLost,
  reading,
  Service,
  StatefulSet,
  TerminalError,
} from 'cdk8s-reconciler';
import { children } from './children.js';
import { carryOut, members } from './etcd.js';
import { clusterLabel, EtcdCluster, peerUrl } from './resource.js';

export const etcdCluster = controller(EtcdCluster, {
  owns: { configMaps: ConfigMap, services: Service, budgets: PodDisruptionBudget, statefulSets: StatefulSet },
  // The StatefulSet owns them. They say where members answer, and a change of one is a reason to ask again.
  reads: { pods: reading(Pod, isMember, { labelSelector: clusterLabel }) },
  render: children,
  observe: ({ status }, { pods }, { signal }) => {
    const addresses = pods.flatMap((pod) => pod.status?.podIP ?? []);
    return members(addresses, status?.members ?? [], signal);
  },
  status: ({ status }, { statefulSets: [set] }, found) => {
    const lost = quorumLost(found);
    if (lost)
      throw new TerminalError(
        'QuorumLost',
        `${lost}: bring their pods back; if their volumes are lost, restore a snapshot`,
      );
    return {
      // `render` reads these. Before the first member answers there are none.
      members: found.length > 0 ? found.map(({ name }) => name) : status?.members,
      joining: found.find(({ stage }) => stage !== 'voter')?.name,
      readyMembers: set?.status?.readyReplicas ?? 0,
    };
  },
  // Each child may be as rendered, and the cluster still not what the spec asks for.
  unready: ({ spec: { size } }, _, found) =>
    hasMembers(found, size) ? undefined : `${found.length} of ${size} members`,
  plan: ({ metadata, spec: { size } }, { statefulSets: [set] }, found) =>
    nextMemberChange(found, { workload: metadata.name, size, available: set?.status?.availableReplicas ?? 0 }),
  act: (change, cluster, { signal }) => {
    // There are learners since 3.4; before, a member votes from the moment it is added.
    const isLearner = Number(cluster.spec.version.split('.')[1]) >= 4;
    const added = { peerURLs: [peerUrl(cluster, change.name)], ...(isLearner && { isLearner }) };
    return carryOut(change, added, signal);
  },
  requeueAfter: ({ spec }, _, found) => (hasMembers(found, spec.size) ? 30 : 2),
});

function isMember({ metadata }: Pod, cluster: EtcdCluster): boolean {
  return metadata?.labels?.[clusterLabel] === cluster.metadata.name;
}
