import { randomBytes } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { PodDisruptionBudget, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expose, manifest, workload } from 'cdk8s-reconciler/kit';
import { immutable, oneOf, quantity, resources } from 'cdk8s-reconciler/schema';

const unchanging = immutable(
  'persistentSpec: cannot change, the volumes stay as they are; create a second cluster and move the data',
);

export const RedisEnterpriseCluster = resource({
  group: 'app.redislabs.com',
  version: 'v1alpha1',
  kind: 'RedisEnterpriseCluster',
  shortNames: ['rec'],
  spec: Type.Object({
    nodes: Type.Integer({ minimum: 1, maximum: 35, default: 3 }),
    persistentSpec: Type.Object(
      {
        enabled: oneOf(['true', 'false'], { default: 'false' }),
        storageClassName: Type.Optional(Type.String({ minLength: 1, description: 'Default: that of the cluster.' })),
        volumeSize: quantity({ default: '20Gi' }),
      },
      { default: {}, ...unchanging },
    ),
    uiServiceType: oneOf(['ClusterIP', 'NodePort', 'LoadBalancer'], { default: 'ClusterIP' }),
    username: Type.String({ minLength: 1, default: 'admin@redis.internal' }),
    redisEnterpriseNodeResources: Type.Optional(resources()),
    redisEnterpriseImageSpec: Type.Object(
      {
        repository: Type.String({ default: 'redislabs/redis' }),
        versionTag: Type.String({ default: '5.4.0-19' }),
        imagePullPolicy: Type.String({ default: 'IfNotPresent' }),
      },
      { default: {} },
    ),
  }),
  status: Type.Object({ readyNodes: Type.Optional(Type.Integer()), credentials: Type.Optional(Type.String()) }),
  columns: {
    Nodes: '.spec.nodes',
    Ready: '.status.readyNodes',
    Image: '.spec.redisEnterpriseImageSpec.versionTag',
    Credentials: '.status.credentials',
  },
});
type RedisEnterpriseCluster = ObjectOf<typeof RedisEnterpriseCluster>;

export const redisEnterpriseCluster = controller(RedisEnterpriseCluster, {
  owns: { services: Service, statefulSets: StatefulSet, disruptionBudgets: PodDisruptionBudget },
  // Of Secrets, nothing can be listed.
  permissions: [
    { kind: Secret, verbs: ['get', 'create', 'patch'], only: "object.metadata.name.endsWith('-credentials')" },
  ],
  observe: async ({ metadata: { name, namespace } }, _, { get }) => ({
    hasCredentials: (await get(Secret, credentialsOf(name), namespace)) !== undefined,
  }),
  render: (cluster) => {
    const set = statefulSet(cluster);
    return [
      expose(set, { clusterIP: 'None', publishNotReadyAddresses: true }),
      expose(
        set,
        { type: cluster.spec.uiServiceType, ports: [{ name: 'ui', port: 8443 }] },
        `${cluster.metadata.name}-ui`,
      ),
      // A majority must stay: nodes are drained one at a time.
      manifest(PodDisruptionBudget, cluster.metadata.name, {
        spec: { maxUnavailable: 1, selector: set.spec?.selector },
      }),
      set,
    ];
  },
  status: ({ metadata: { name } }, { statefulSets: [set] }) => ({
    readyNodes: set?.status?.readyReplicas ?? 0,
    credentials: credentialsOf(name),
  }),
  plan: ({ metadata: { name } }, _, { hasCredentials }) =>
    hasCredentials ? undefined : { type: 'MakeCredentials', message: `Making Secret ${credentialsOf(name)}` },
  // No child, so it outlives the object as the volumes do: a cluster that is created again finds both.
  act: async (_, { metadata: { name, namespace }, spec: { username } }, { apply }) => {
    const metadata = { name: credentialsOf(name), namespace, labels: { app: name }, resourceVersion: noVersion };
    await apply(Secret, { metadata, stringData: { username, password: randomBytes(24).toString('base64url') } });
  },
});

/** No object has it: applied with it, an object is created, and one that is there by now is not touched. */
const noVersion = '1';

function statefulSet({ metadata: { name }, spec }: RedisEnterpriseCluster): StatefulSet {
  const { repository, versionTag, imagePullPolicy } = spec.redisEnterpriseImageSpec;
  const { enabled, volumeSize, storageClassName } = spec.persistentSpec;
  const claim = {
    accessModes: ['ReadWriteOnce'],
    ...(storageClassName && { storageClassName }),
    resources: { requests: { storage: volumeSize } },
  };
  const volumes = enabled === 'true' ? [{ metadata: { name: 'persistent' }, spec: claim }] : [];
  const credential = (key: string) => ({ secretKeyRef: { name: credentialsOf(name), key } });
  const node = {
    name: 'node',
    image: `${repository}:${versionTag}`,
    imagePullPolicy,
    ports: [
      { name: 'redis', containerPort: 6379 },
      { name: 'ui', containerPort: 8443 },
      { name: 'api', containerPort: 9443 },
    ],
    env: [
      { name: 'REDIS_USERNAME', valueFrom: credential('username') },
      { name: 'REDIS_PASSWORD', valueFrom: credential('password') },
    ],
    readinessProbe: { tcpSocket: { port: 'ui' } },
    resources: spec.redisEnterpriseNodeResources ?? {},
    volumeMounts: volumes.map(() => ({ name: 'persistent', mountPath: '/opt/persistent' })),
  };
  return workload(StatefulSet, name, { containers: [node] }, { replicas: spec.nodes, volumeClaimTemplates: volumes });
}

function credentialsOf(name: string): string {
  return `${name}-credentials`;
}
