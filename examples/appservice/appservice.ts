import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expose, workload } from 'cdk8s-reconciler/kit';
import { port } from 'cdk8s-reconciler/schema';
import type { ServicePort } from 'kubernetes-types/core/v1.js';

export const AppService = resource({
  group: 'app.example.com',
  version: 'v1',
  kind: 'AppService',
  spec: Type.Object({
    size: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String({ minLength: 1 }),
    ports: Type.Array(
      Type.Object({
        port: port(),
        targetPort: Type.Optional(port({ description: 'Of the container. Default: port.' })),
        nodePort: Type.Optional(port({ description: 'Default: one that is free.' })),
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
type AppService = ObjectOf<typeof AppService>;

export const appService = controller(AppService, {
  owns: { deployments: Deployment, services: Service },
  render: (app) => {
    const pods = deployment(app);
    return [pods, expose(pods, { type: 'NodePort', ports: servicePorts(app) })];
  },
  status: (_, { deployments: [pods], services: [access] }) => ({
    readyReplicas: pods?.status?.readyReplicas ?? 0,
    nodePorts: access?.spec?.ports?.map(({ port, nodePort }) => `${port}:${nodePort}`).join(','),
  }),
});

function deployment({ metadata: { name }, spec }: AppService): Deployment {
  // Two ports of the Service may lead to the same one of the container, which has it once.
  const targets = new Set(spec.ports.map(({ port, targetPort = port }) => targetPort));
  const ports = [...targets].map((containerPort) => ({ containerPort }));
  const pod = { containers: [{ name: 'app', image: spec.image, ports }] };
  return workload(Deployment, name, pod, { replicas: spec.size });
}

/** Every port of a Service needs a name once there are two, and a name that changes would be another port. */
function servicePorts({ spec }: AppService): ServicePort[] {
  return spec.ports.map(({ port, targetPort = port, nodePort }) => ({
    name: `port-${port}`,
    port,
    targetPort,
    ...(nodePort && { nodePort }),
  }));
}
