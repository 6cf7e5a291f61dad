import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, reading, resource } from 'cdk8s-reconciler';
import { onChart } from 'cdk8s-reconciler/chart';
import {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  ResourceQuota,
  Service,
  ServiceAccount,
} from 'cdk8s-reconciler/kinds';
import { port, quantity } from 'cdk8s-reconciler/schema';
import { hostOf, instance } from './instance.js';

const name = (description: string) =>
  Type.String({ pattern: '^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$', maxLength: 52, description });
const amounts = Type.Object({ cpu: quantity(), memory: quantity() });

export const MicroServiceDeploy = resource({
  group: 'custom.ops',
  version: 'v1',
  kind: 'MicroServiceDeploy',
  spec: Type.Object({
    msName: name('The microservice.'),
    fullName: name('This instance of it, and the name of its children.'),
    version: Type.String({ pattern: '^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$' }),
    path: name('The major version: appears in the host name.'),
    image: Type.String({ minLength: 1 }),
    port: port({ default: 80, description: 'Where the image listens. Not 8080 with needAuth.' }),
    replicas: Type.Integer({ minimum: 1, default: 1, description: 'With autoscaling, from this to twice as many.' }),
    autoscaling: Type.Boolean({ default: false }),
    idle: Type.Boolean({ default: false, description: 'At rest: no pods run.' }),
    needAuth: Type.Boolean({ default: false, description: 'Callers need a name and password of the Secret tenants.' }),
    proxyImage: Type.String({ default: 'nginx:1.28', description: 'Asks for the password.' }),
    config: Type.String({ default: '', description: 'The file /config/config in the container.' }),
    domain: Type.String({ default: 'internal', description: 'The end of the host name.' }),
    creationTimestamp: Type.Optional(Type.String()),
    resourceRequirements: Type.Object({ limits: amounts, requests: amounts }),
  }),
  status: Type.Object({ host: Type.Optional(Type.String()), readyReplicas: Type.Optional(Type.Integer()) }),
  columns: { Version: '.spec.version', Ready: '.status.readyReplicas', Idle: '.spec.idle', Host: '.status.host' },
});
export type MicroServiceDeploy = ObjectOf<typeof MicroServiceDeploy>;

export const microServiceDeploy = controller(MicroServiceDeploy, {
  owns: {
    accounts: ServiceAccount,
    configMaps: ConfigMap,
    quotas: ResourceQuota,
    deployments: Deployment,
    services: Service,
    ingresses: Ingress,
    networkPolicies: NetworkPolicy,
    autoscalers: HorizontalPodAutoscaler,
  },
  // A quota counts all pods of the namespace, so each instance's has room for all of them.
  reads: { instances: reading(MicroServiceDeploy, () => true) },
  render: onChart((chart, { spec }, { instances }) => instance(chart, spec, instances)),
  status: ({ spec }, { deployments: [pods] }) => ({
    host: hostOf(spec),
    readyReplicas: pods?.status?.readyReplicas ?? 0,
  }),
});
