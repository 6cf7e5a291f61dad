import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource, Service, StatefulSet } from 'cdk8s-reconciler';
import type { EnvVar, ResourceRequirements } from 'kubernetes-types/core/v1.js';

/** Types of Kubernetes itself: the API server checks them where they end up, in the StatefulSet. */
const anything = { 'x-kubernetes-preserve-unknown-fields': true };
const variable = Type.Unsafe<EnvVar>(Type.Object({ name: Type.String() }, anything));
const number = Type.Optional(Type.Integer());
const port = Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 }));

export const CassandraService = resource({
  group: 'cassandra.zhangaoo.com',
  version: 'v1alpha1',
  kind: 'CassandraService',
  spec: Type.Object({
    size: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String({ minLength: 1 }),
    resources: Type.Optional(Type.Unsafe<ResourceRequirements>(Type.Object({}, anything))),
    envs: Type.Optional(Type.Array(variable)),
    env: Type.Optional(Type.Array(variable, { description: 'What older manifests call envs, which wins.' })),
    ports: Type.Array(
      Type.Object(
        {
          name: Type.Optional(Type.String({ maxLength: 15 })),
          containerPort: port,
          port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: 'The same as containerPort.' })),
        },
        {
          'x-kubernetes-validations': [
            {
              rule: 'has(self.containerPort) != has(self.port)',
              message: 'ports: give each item either containerPort or port; they mean the same',
            },
          ],
        },
      ),
      { default: [{ name: 'cql', containerPort: 9042 }], maxItems: 64 },
    ),
  }),
  // What a StatefulSet says of itself (k8s.io/api/apps/v1, StatefulSetStatus).
  status: Type.Object({
    replicas: number,
    readyReplicas: number,
    currentReplicas: number,
    updatedReplicas: number,
    availableReplicas: number,
    collisionCount: number,
    currentRevision: Type.Optional(Type.String()),
    updateRevision: Type.Optional(Type.String()),
  }),
  columns: { Size: '.spec.size', Ready: '.status.readyReplicas', Image: '.spec.image' },
  scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas' },
});

export const cassandraService = controller(CassandraService, {
  owns: { services: Service, statefulSets: StatefulSet },
  render: (cassandra) => [service(cassandra), statefulSet(cassandra)],
  status: (_, { statefulSets: [set] }) => {
    // The generation and the conditions are the StatefulSet's own; an object has those of itself.
    const { observedGeneration, conditions, ...fields } = set?.status ?? {};
    return fields;
  },
});

/** Gives each pod a name, such as cassandra-0.cassandra: seeds must be found before they are ready. */
function service({ metadata: { name }, spec }: ObjectOf<typeof CassandraService>): Service {
  const ports = portsOf(spec).map(({ name, containerPort: port }) => ({ name, port }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: { app: name }, ports },
  };
}

function statefulSet({ metadata: { name }, spec }: ObjectOf<typeof CassandraService>): StatefulSet {
  const labels = { app: name };
  const ports = portsOf(spec);
  const container = {
    name: 'cassandra',
    image: spec.image,
    ports,
    env: byName([...(spec.env ?? []), ...(spec.envs ?? [])]),
    ...(spec.resources && { resources: spec.resources }),
    // Members join one after the other, each when the one before it serves clients.
    ...(ports.some((port) => port.name === 'cql') && { readinessProbe: { tcpSocket: { port: 'cql' } } }),
  };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 180, containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: { serviceName: name, replicas: spec.size, selector: { matchLabels: labels }, template },
  };
}

/** Each number once, by the first name that is given for it. */
function portsOf({ ports }: ObjectOf<typeof CassandraService>['spec']) {
  const numbers = new Set(ports.map(({ containerPort, port = containerPort }) => port!));
  return [...numbers].map((containerPort) => {
    const named = ports.find((item) => item.name && (item.containerPort ?? item.port) === containerPort);
    return { name: named?.name ?? `port-${containerPort}`, containerPort };
  });
}

/** Of several variables of one name the last, where the first one was. */
function byName(variables: readonly EnvVar[]): EnvVar[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}
