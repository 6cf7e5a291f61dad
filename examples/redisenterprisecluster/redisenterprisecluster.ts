import { randomBytes } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { controller, manifest, PodDisruptionBudget, resource, Secret, Service, StatefulSet } from 'cdk8s-reconciler';
import { children, credentialsOf } from './children.js';
import { spec } from './spec.js';

export const RedisEnterpriseCluster = resource({
  group: 'app.redislabs.com',
  version: 'v1alpha1',
  kind: 'RedisEnterpriseCluster',
  shortNames: ['rec'],
  spec,
  status: Type.Object({ readyNodes: Type.Optional(Type.Integer()), credentials: Type.Optional(Type.String()) }),
  columns: {
    Nodes: '.spec.nodes',
    Ready: '.status.readyNodes',
    Image: '.spec.redisEnterpriseImageSpec.versionTag',
    Credentials: '.status.credentials',
  },
});

export const redisEnterpriseCluster = controller(RedisEnterpriseCluster, {
  owns: { services: Service, statefulSets: StatefulSet, disruptionBudgets: PodDisruptionBudget },
  // A password cannot come from `render`, which gives the same at each call: it is made where there is none, and then left alone.
  permissions: [{ kind: Secret, verbs: ['get', 'create', 'patch'] }],
  render: ({ metadata: { name }, spec }) => children(name, spec),
  observe: async ({ metadata: { name, namespace } }, _, { get }) => ({
    hasCredentials: (await get(Secret, credentialsOf(name), namespace)) !== undefined,
  }),
  status: ({ metadata: { name } }, { statefulSets: [set] }) => ({
    readyNodes: set?.status?.readyReplicas ?? 0,
    credentials: credentialsOf(name),
  }),
  plan: ({ metadata: { name } }, _, { hasCredentials }) =>
    hasCredentials ? undefined : { type: 'CreateCredentials', message: `Secret ${credentialsOf(name)}` },
  act: async (_, { metadata: { name, namespace }, spec }, { apply }) => {
    const stringData = { username: spec.username, password: randomBytes(24).toString('base64url') };
    // Without an owner: like the volumes it outlives the cluster, which could not be entered with another password.
    const metadata = { namespace, labels: { app: name } };
    await apply(Secret, manifest(Secret, credentialsOf(name), { metadata, stringData }));
  },
});
