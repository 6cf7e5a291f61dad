import { Type } from '@sinclair/typebox';
import { type ObjectOf, resource } from 'cdk8s-reconciler';

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
    repository: Type.String({
      default: 'quay.io/coreos/etcd',
      description: 'Of the image, whose tag is v and the version.',
    }),
  }),
  status: Type.Object({
    members: Type.Optional(Type.Array(Type.String(), { description: 'Names, as etcd lists them.' })),
    joining: Type.Optional(Type.String({ description: 'The one of them that gets its data now.' })),
    readyMembers: Type.Optional(Type.Integer()),
  }),
  columns: { Size: '.spec.size', Ready: '.status.readyMembers', Version: '.spec.version' },
});
export type EtcdCluster = ObjectOf<typeof EtcdCluster>;

/** Label of a member's pod: the name of its cluster. */
export const clusterLabel = 'etcd_cluster';

/** Where members reach each other. It is also what tells which pod a member of etcd's list is. */
export function peerUrl({ metadata: { name, namespace } }: EtcdCluster, member: string): string {
  return `http://${member}.${name}.${namespace}.svc:2380`;
}
