import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expose, workload } from 'cdk8s-reconciler/kit';
import { environment, port, resources } from 'cdk8s-reconciler/schema';
import type { EnvVar } from 'kubernetes-types/core/v1.js';

const number = Type.Optional(Type.Integer());

export const CassandraService = resource({
  group: 'cassandra.zhangaoo.com',
  version: 'v1alpha1',
  kind: 'CassandraService',
  spec: Type.Object({
    size: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String({ minLength: 1 }),
    resources: Type.Optional(resources()),
    envs: Type.Optional(environment()),
    env: Type.Optional(environment({ description: 'What older manifests call envs, which wins.' })),
    ports: Type.Array(
      Type.Object(
        {
          name: Type.Optional(Type.String({ maxLength: 15 })),
          containerPort: Type.Optional(port()),
          port: Type.Optional(port({ description: 'The same as containerPort.' })),
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
  render: (cassandra) => {
    const set = statefulSet(cassandra);
    // Gives each pod a name, such as cassandra-0.cassandra: seeds must be found before they are ready.
    return [expose(set, { clusterIP: 'None', publishNotReadyAddresses: true }), set];
  },
  status: (_, { statefulSets: [set] }) => {
    // The generation and the conditions are the StatefulSet's own; an object has those of itself.
    const { observedGeneration, conditions, ...fields } = set?.status ?? {};
    return fields;
  },
});

function statefulSet({ metadata: { name }, spec }: ObjectOf<typeof CassandraService>): StatefulSet {
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
  const pod = { terminationGracePeriodSeconds: 180, containers: [container] };
  return workload(StatefulSet, name, pod, { replicas: spec.size });
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
