import { Type } from '@sinclair/typebox';
import {
  ConfigMap,
  controller,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  type ObjectOf,
  ResourceQuota,
  reading,
  resource,
  Service,
  ServiceAccount,
} from 'cdk8s-reconciler';
import { onChart } from 'cdk8s-reconciler/chart';
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
type Instance = ObjectOf<typeof MicroServiceDeploy>;

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
  render: onChart((chart, { spec, status }: Instance) => instance(chart, spec, status?.quota ?? quotaOf([spec]))),
  status: ({ spec }, { instances, deployments: [pods] }) => ({
    host: hostOf(spec),
    readyReplicas: pods?.status?.readyReplicas ?? 0,
    quota: quotaOf(instances.map(({ spec }) => spec)),
  }),
  // What `render` reads of the status is rendered in the next pass.
  requeueAfter: ({ status }, { instances }) =>
    JSON.stringify(status?.quota) === JSON.stringify(quotaOf(instances.map(({ spec }) => spec))) ? undefined : 1,
});
