import {
  ConfigMap,
  containerPorts,
  expose,
  type KubernetesObject,
  manifest,
  memberSet,
  restricted,
  volumeClaim,
} from 'cdk8s-reconciler';
import { peerUrl } from './etcd.js';
import type { EtcdCluster } from './etcdcluster.js';

/** Label of a member's pod: the name of its cluster. */
export const clusterLabel = 'etcd_cluster';

export function children(cluster: EtcdCluster): KubernetesObject[] {
  const { name } = cluster.metadata;
  const members = cluster.status?.members ?? [];
  const spec = {
    // etcd changes its members only where they have been connected for 5 s (server/etcdserver/server.go, HealthInterval).
    minReadySeconds: 6,
    // Twice what etcd lets its database grow to by default.
    volumeClaimTemplates: [volumeClaim('data', '4Gi')],
  };
  const pod = restricted({ containers: [etcd(cluster)] });
  const { set, network, budget } = memberSet(name, pod, members, spec, { [clusterLabel]: name });
  return [
    manifest(ConfigMap, `${name}-bootstrap`, { data: bootstrap(cluster, members) }),
    network,
    expose(set, {}, `${name}-client`),
    budget,
    set,
  ];
}

/**
 * What a member with an empty volume reads when it starts, and no other: not in the pod template, where a change would restart them all.
 * But for the first member and one that joins it leads nowhere: whoever lost its data must not vote as if it had none.
 */
function bootstrap(cluster: EtcdCluster, members: readonly string[]): Record<string, string> {
  const first = members.length === 0 ? [`${cluster.metadata.name}-0`] : [];
  const list = cluster.status?.joining ? members : first;
  return {
    ETCD_INITIAL_CLUSTER: list.map((member) => `${member}=${peerUrl(cluster, member)}`).join(','),
    ETCD_INITIAL_CLUSTER_STATE: members.length === 0 ? 'new' : 'existing',
  };
}

function etcd(cluster: EtcdCluster) {
  const { name, namespace } = cluster.metadata;
  const flags = {
    name: '$(POD_NAME)',
    'data-dir': '/var/lib/etcd/data',
    'listen-peer-urls': 'http://0.0.0.0:2380',
    'listen-client-urls': 'http://0.0.0.0:2379',
    'initial-advertise-peer-urls': peerUrl(cluster, '$(POD_NAME)'),
    'advertise-client-urls': `http://$(POD_NAME).${name}.${namespace}.svc:2379`,
  };
  return {
    name: 'etcd',
    image: `${cluster.spec.repository}:v${cluster.spec.version}`,
    command: ['etcd', ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    envFrom: [{ configMapRef: { name: `${name}-bootstrap` } }],
    ports: containerPorts({ client: 2379, peer: 2380 }),
    readinessProbe: { httpGet: { path: '/health', port: 2379 }, periodSeconds: 2 },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }],
  };
}
