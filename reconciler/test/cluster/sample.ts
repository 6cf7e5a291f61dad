import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';

/**
 * Definitions are cluster-wide, so every test file has its resources in a group of its own; `webserver` is left to the
 * example's.
 */
export function declareWebServer(group: string) {
  return resource({
    group,
    version: 'v1',
    kind: 'WebServer',
    plural: 'sampleservers',
    singular: 'sampleserver',
    spec: Type.Object({
      replicas: Type.Integer({ minimum: 0, default: 1 }),
      image: Type.String({ default: 'nginx' }),
      service: Type.Boolean({ default: true }),
      autoscaled: Type.Boolean({ default: false }),
      fail: Type.Boolean({ default: false }),
      note: Type.Optional(Type.String()),
      variables: Type.Optional(Type.Integer()),
      paused: Type.Optional(Type.Boolean()),
    }),
    status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()) }),
  });
}

type WebServer = ObjectOf<ReturnType<typeof declareWebServer>>;

export function controlWebServers(WebServer: ReturnType<typeof declareWebServer>) {
  return controller(WebServer, {
    owns: { deployments: Deployment, services: Service },
    render: (server) => [deployment(server), ...(server.spec.service ? [service(server)] : [])],
    status: (_server, { deployments: [web] }) => ({ readyReplicas: web?.status?.readyReplicas ?? 0 }),
  });
}

export function deployment({ metadata: { name }, spec }: WebServer): Deployment {
  if (spec.fail) throw new Error('the spec says fail');
  const labels = { app: name };
  const env = Array.from({ length: spec.variables ?? 0 }, (_, i) => ({ name: `V${i}`, value: String(i) }));
  const containers = [
    { name: 'web', image: spec.image, ports: [{ containerPort: 80 }], ...(env.length > 0 && { env }) },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      ...(!spec.autoscaled && { replicas: spec.replicas }),
      // Long lists are for the operator: no other controller needs to work on them.
      ...(spec.variables && { paused: true }),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } },
    },
  };
}

export function service({ metadata: { name }, spec: { note = '' } }: WebServer): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-service`, annotations: { note } },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  };
}
