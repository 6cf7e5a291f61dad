import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';

/** What users write, and what they read of it. */
export const Website = resource({
  group: 'example.com',
  version: 'v1alpha1',
  kind: 'Website',
  spec: Type.Object({
    image: Type.String({ minLength: 1, description: 'Image of a server that listens on port 8080.' }),
    replicas: Type.Integer({ minimum: 0, default: 1 }),
  }),
  status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()) }),
  columns: { Replicas: '.spec.replicas', Ready: '.status.readyReplicas', Image: '.spec.image' },
  scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.readyReplicas' },
});

/** What becomes of it. The functions are pure: tests call them. */
export const website = controller(Website, {
  owns: { deployments: Deployment, services: Service },
  render: (object) => [deployment(object), service(object)],
  status: (_, { deployments: [pods] }) => ({ readyReplicas: pods?.status?.readyReplicas ?? 0 }),
});

function deployment({ metadata: { name }, spec: { image, replicas } }: ObjectOf<typeof Website>): Deployment {
  const labels = { app: name };
  const container = { name: 'server', image, ports: [{ containerPort: 8080 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function service({ metadata: { name } }: ObjectOf<typeof Website>): Service {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}
