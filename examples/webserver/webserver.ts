import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';

export const WebServer = resource({
  group: 'my.domain',
  version: 'v1',
  kind: 'WebServer',
  spec: Type.Object({
    replicas: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String({ minLength: 1 }),
    nodePort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: 'Default: one that is free.' })),
  }),
  status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()), nodePort: Type.Optional(Type.Integer()) }),
  columns: {
    Replicas: '.spec.replicas',
    Ready: '.status.readyReplicas',
    Port: '.status.nodePort',
    Image: '.spec.image',
  },
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.readyReplicas' },
});

export const webServer = controller(WebServer, {
  owns: { deployments: Deployment, services: Service },
  render: (server) => [deployment(server), service(server)],
  status: (_, { deployments: [web], services: [access] }) => ({
    readyReplicas: web?.status?.readyReplicas ?? 0,
    nodePort: access?.spec?.ports?.[0]?.nodePort,
  }),
});

function deployment({ metadata: { name }, spec }: ObjectOf<typeof WebServer>): Deployment {
  const labels = { app: name };
  const container = { name: 'web', image: spec.image, ports: [{ containerPort: 80 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas: spec.replicas, selector: { matchLabels: labels }, template },
  };
}

function service({ metadata: { name }, spec: { nodePort } }: ObjectOf<typeof WebServer>): Service {
  // Left out, the port is the API server's choice: what is not rendered is not fought over.
  const port = { port: 80, ...(nodePort && { nodePort }) };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-service` },
    spec: { type: 'NodePort', selector: { app: name }, ports: [port] },
  };
}
