import { ConfigMap, type PodDisruptionBudget, type Service, type StatefulSet } from 'cdk8s-reconciler/kinds';
import { expose, manifest, restricted } from 'cdk8s-reconciler/kit';
import { peerUrl } from './etcd.js';
import type { EtcdCluster } from './etcdcluster.js';
import { memberSet } from './members.js';

/** Label of a member's pod: the name of its cluster. */
export const clusterLabel = 'etcd_cluster';

export function children(cluster: EtcdCluster): (ConfigMap | Service | PodDisruptionBudget | StatefulSet)[] {
  const { name } = cluster.metadata;
  const pod = restricted({ containers: [etcd(cluster)] });
  const data = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '4Gi' } } };
  const spec = {
    // etcd changes its members only where they have been connected for 5 s (server/etcdserver/server.go,
    // HealthInterval).
    minReadySeconds: 6,
    // Twice what etcd lets its database grow to by default.
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: data }],
  };
  const { set, network, budget, initial } = memberSet(name, pod, cluster.status, spec, { [clusterLabel]: name });
  // Read by a member that starts with an empty volume, and by no other. In the pod template a change of it would
  // restart them all.
  const bootstrap = {
    ETCD_INITIAL_CLUSTER: initial.members.map((member) => `${member}=${peerUrl(cluster, member)}`).join(','),
    ETCD_INITIAL_CLUSTER_STATE: initial.state,
  };
  const configMap = manifest(ConfigMap, `${name}-bootstrap`, { data: bootstrap });
  return [configMap, network, expose(set, {}, `${name}-client`), budget, set];
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
    ports: [
      { name: 'client', containerPort: 2379 },
      { name: 'peer', containerPort: 2380 },
    ],
    readinessProbe: { httpGet: { path: '/health', port: 2379 }, periodSeconds: 2 },
    volumeMounts: [{ name: 'data', mountPath: '/var/lib/etcd' }],
  };
}
