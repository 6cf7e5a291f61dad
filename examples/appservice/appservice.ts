import { Type } from '@sinclair/typebox';
import { controller, Deployment, type ObjectOf, resource, Service } from 'cdk8s-reconciler';

const portNumber = (description?: string) => Type.Integer({ minimum: 1, maximum: 65535, description });

export const AppService = resource({
  group: 'app.example.com',
  version: 'v1',
  kind: 'AppService',
  spec: Type.Object({
    size: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String({ minLength: 1 }),
    ports: Type.Array(
      Type.Object({
        port: portNumber(),
        targetPort: Type.Optional(portNumber('Of the container. Default: port.')),
        nodePort: Type.Optional(portNumber('Default: one that is free.')),
      }),
      // A list with a key: the API server refuses a port that is there twice.
      { minItems: 1, maxItems: 64, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port'] },
    ),
  }),
  status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()), nodePorts: Type.Optional(Type.String()) }),
  columns: {
    Size: '.spec.size',
    Ready: '.status.readyReplicas',
    Ports: '.status.nodePorts',
    Image: '.spec.image',
  },
  scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.readyReplicas' },
});

export const appService = controller(AppService, {
  owns: { deployments: Deployment, services: Service },
  render: (app) => [deployment(app), service(app)],
  status: (_, { deployments: [pods], services: [access] }) => ({
    readyReplicas: pods?.status?.readyReplicas ?? 0,
    nodePorts: access?.spec?.ports?.map(({ port, nodePort }) => `${port}:${nodePort}`).join(','),
  }),
});

function deployment({ metadata: { name }, spec }: ObjectOf<typeof AppService>): Deployment {
  const labels = { app: name };
  // Two ports of the Service may lead to the same one of the container, which has it once.
  const targets = new Set(spec.ports.map(({ port, targetPort = port }) => targetPort));
  const ports = [...targets].map((containerPort) => ({ containerPort }));
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: spec.image, ports }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: spec.size, selector: { matchLabels: labels }, template },
  };
}

function service({ metadata: { name }, spec }: ObjectOf<typeof AppService>): Service {
  // Every port of a Service needs a name once there are two, and a name that changes would be another port.
  const ports = spec.ports.map(({ port, targetPort = port, nodePort }) => ({
    name: `port-${port}`,
    port,
    targetPort,
    ...(nodePort && { nodePort }),
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type: 'NodePort', selector: { app: name }, ports },
  };
}
