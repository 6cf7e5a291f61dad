import {
  ConfigMap,
  disruptionBudget,
  expose,
  type KubernetesObject,
  manifest,
  restricted,
  StatefulSet,
  volumeClaim,
  workload,
} from 'cdk8s-reconciler';
import { clusterLabel, type EtcdCluster, peerUrl } from './resource.js';

/** As many pods as the cluster has members: who joins is added to etcd before its pod starts, who leaves is removed before it stops. */
export function children(cluster: EtcdCluster): KubernetesObject[] {
  const {
    metadata: { name },
    status: { members = [`${name}-0`] } = {},
  } = cluster;
  const spec = {
    replicas: 1 + Math.max(...members.map((member) => Number(member.slice(name.length + 1)))),
    // After an outage no member is ready before most are up.
    podManagementPolicy: 'Parallel',
    // etcd changes its members only where they have been connected for 5 s (server/etcdserver/server.go, HealthInterval).
    minReadySeconds: 6,
    // A member that comes back after it was removed is a new one, and needs an empty volume.
    persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
    // Twice what etcd lets its database grow to by default.
    volumeClaimTemplates: [volumeClaim('data', '4Gi')],
  };
  const set = workload(StatefulSet, name, restricted({ containers: [etcd(cluster)] }), spec, { [clusterLabel]: name });
  return [
    manifest(ConfigMap, `${name}-bootstrap`, { data: bootstrap(cluster) }),
    // Members must find each other before they are ready, clients only afterwards.
    expose(set, { clusterIP: 'None', publishNotReadyAddresses: true }),
    expose(set, {}, `${name}-client`),
    disruptionBudget(set),
    set,
  ];
}

/**
 * What a member with an empty volume reads when it starts, and no other: not in the pod template, where a change would restart them all.
 * But for the first member and one that joins it leads nowhere: whoever lost its data must not vote as if it had none.
 */
function bootstrap(cluster: EtcdCluster): Record<string, string> {
  const { metadata, status: { members, joining } = {} } = cluster;
  const list = joining ? members : members ? [] : [`${metadata.name}-0`];
  return {
    ETCD_INITIAL_CLUSTER: list?.map((member) => `${member}=${peerUrl(cluster, member)}`).join(',') ?? '',
    ETCD_INITIAL_CLUSTER_STATE: members ? 'existing' : 'new',
  };
}

function etcd(cluster: EtcdCluster) {
  const {
    metadata: { name, namespace },
    spec: { repository, version },
  } = cluster;
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
    image: `${repository}:v${version}`,
    command: ['etcd', ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    envFrom: [{ configMapRef: { name: `${name}-bootstrap` } }],
    ports: [
      { name: 'client', containerPort: 2379 },
      { name: 'peer', containerPort: 2380 },
    ],
    readinessProbe: { httpGet: { path: '/health', port: 2379 }, periodSeconds: 2 },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }],
  };
}
