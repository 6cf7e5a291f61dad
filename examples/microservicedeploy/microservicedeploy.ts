import { Type } from '@sinclair/typebox';
import {
  ConfigMap,
  controller,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  manifest,
  NetworkPolicy,
  type ObjectOf,
  ResourceQuota,
  reading,
  resource,
  Service,
  ServiceAccount,
} from 'cdk8s-reconciler';
import { onChart } from 'cdk8s-reconciler/chart';
import { door } from './auth-proxy.js';
import { instance } from './instance.js';
import { quotaOf } from './resources.js';
import { hostOf, spec } from './spec.js';

export const MicroServiceDeploy = resource({
  group: 'custom.ops',
  version: 'v1',
  kind: 'MicroServiceDeploy',
  spec,
  status: Type.Object({
    host: Type.Optional(Type.String()),
    readyReplicas: Type.Optional(Type.Integer()),
    quota: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  columns: { Version: '.spec.version', Ready: '.status.readyReplicas', Idle: '.spec.idle', Host: '.status.host' },
});

const constructs = onChart((chart, { spec }: ObjectOf<typeof MicroServiceDeploy>) => instance(chart, spec));

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
  render: (object) => [
    ...constructs(object),
    ...(object.spec.needAuth ? [door(object.spec)] : []),
    manifest(ResourceQuota, object.spec.fullName, { spec: { hard: object.status?.quota ?? quotaOf([object.spec]) } }),
  ],
  status: ({ spec }, { instances, deployments: [pods] }) => ({
    host: hostOf(spec),
    readyReplicas: pods?.status?.readyReplicas ?? 0,
    quota: quotaOf(instances.map(({ spec }) => spec)),
  }),
  // What `render` reads of the status is rendered in the next pass.
  requeueAfter: ({ status }, { instances }) =>
    JSON.stringify(status?.quota) === JSON.stringify(quotaOf(instances.map(({ spec }) => spec))) ? undefined : 1,
});
