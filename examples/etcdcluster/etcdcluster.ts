import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap, Pod, PodDisruptionBudget, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { children, clusterLabel } from './children.js';
import { carryOut, etcd } from './etcd.js';
import {
  findMembers,
  memberConditions,
  memberFields,
  memberStatus,
  missingMembers,
  nextMemberChange,
} from './members.js';

/** etcd's own rule: members of neighbouring minor versions work together, and nothing leads back. */
const oneMinorUp = {
  rule: "self.split('.')[0] == oldSelf.split('.')[0] && int(self.split('.')[1]) - int(oldSelf.split('.')[1]) in [0, 1]",
  message: 'etcd goes up one minor version at a time and never down: choose the next one, such as 3.6.x after 3.5.x',
};

export const EtcdCluster = resource({
  group: 'etcd.database.coreos.com',
  version: 'v1beta2',
  kind: 'EtcdCluster',
  shortNames: ['etcd'],
  spec: Type.Object({
    size: Type.Integer({ minimum: 1, maximum: 7, default: 3, description: 'Members; an odd number serves best.' }),
    version: Type.String({ pattern: '^3\\.\\d+\\.\\d+$', maxLength: 20, 'x-kubernetes-validations': [oneMinorUp] }),
    repository: Type.String({ default: 'quay.io/coreos/etcd', description: 'Of images with tags such as v3.6.0.' }),
  }),
  status: Type.Object(memberFields),
  columns: { Size: '.spec.size', Ready: '.status.readyMembers', Version: '.spec.version' },
});
export type EtcdCluster = ObjectOf<typeof EtcdCluster>;

export const etcdCluster = controller(EtcdCluster, {
  owns: { configMaps: ConfigMap, services: Service, budgets: PodDisruptionBudget, statefulSets: StatefulSet },
  // The StatefulSet owns them. They say where members answer, and a change of one is a reason to ask again.
  reads: { pods: reading(Pod, clusterLabel) },
  render: children,
  observe: ({ status }, { pods }, context) => findMembers(etcd, pods, status, context),
  status: ({ spec }, { statefulSets: [set] }, found, standard) => ({
    // What `render` goes by in the next reconciliation.
    ...memberStatus(found, set),
    // Each child may be as rendered, and the cluster still not of the desired size.
    conditions: memberConditions(found, spec.size, standard),
  }),
  plan: ({ spec }, { statefulSets: [set] }, found) => nextMemberChange(found, set, spec.size),
  act: carryOut,
  requeueAfter: ({ spec }, _, found) => (missingMembers(found, spec.size) ? 2 : 30),
});
