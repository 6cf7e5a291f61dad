import type { ConfigMap, KubernetesObject, PodDisruptionBudget, Service, StatefulSet } from 'cdk8s-reconciler';
import { clusterLabel, type EtcdCluster, peerUrl } from './resource.js';

/** As many pods as the cluster has members: who joins is added to etcd before its pod starts, who leaves is removed before it stops. */
export function children(cluster: EtcdCluster): KubernetesObject[] {
  const { name } = cluster.metadata;
  const members = cluster.status?.members ?? [`${name}-0`];
  return [
    bootstrap(cluster),
    // Members must find each other before they are ready, clients only afterwards.
    service(cluster, name, { clusterIP: 'None', publishNotReadyAddresses: true }),
    service(cluster, `${name}-client`, {}),
    disruptionBudget(cluster),
    statefulSet(cluster, 1 + Math.max(...members.map((member) => Number(member.slice(name.length + 1))))),
  ];
}

/**
 * What a member with an empty volume reads when it starts, and no other: not in the pod template, where a change would restart them all.
 * But for the first member and one that joins it leads nowhere: whoever lost its data must not vote as if it had none.
 */
function bootstrap(cluster: EtcdCluster): ConfigMap {
  const { metadata, status: { members, joining } = {} } = cluster;
  const list = joining ? members : members ? [] : [`${metadata.name}-0`];
  const data = {
    ETCD_INITIAL_CLUSTER: list?.map((member) => `${member}=${peerUrl(cluster, member)}`).join(',') ?? '',
    ETCD_INITIAL_CLUSTER_STATE: members ? 'existing' : 'new',
  };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${metadata.name}-bootstrap` }, data };
}

function service({ metadata }: EtcdCluster, name: string, kind: Service['spec']): Service {
  const port = (name: string, port: number) => ({ name, port });
  const spec = {
    ...kind,
    selector: { [clusterLabel]: metadata.name },
    ports: [port('client', 2379), port('peer', 2380)],
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

function disruptionBudget({ metadata: { name } }: EtcdCluster): PodDisruptionBudget {
  const spec = { maxUnavailable: 1, selector: { matchLabels: { [clusterLabel]: name } } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec };
}

function statefulSet(cluster: EtcdCluster, replicas: number): StatefulSet {
  const { name } = cluster.metadata;
  const labels = { [clusterLabel]: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      // After an outage no member is ready before most are up.
      podManagementPolicy: 'Parallel',
      // etcd changes its members only where they have been connected for 5 s (server/etcdserver/server.go, HealthInterval).
      minReadySeconds: 6,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod(cluster) },
      // A member that comes back after it was removed is a new one, and needs an empty volume.
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          // Twice what etcd lets its database grow to by default.
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '4Gi' } } },
        },
      ],
    },
  };
}

function pod(cluster: EtcdCluster): NonNullable<StatefulSet['spec']>['template']['spec'] {
  const { repository, version } = cluster.spec;
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
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      fsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { [clusterLabel]: name } },
      },
    ],
    containers: [
      {
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
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }],
      },
    ],
  };
}
