import { type Static, Type } from '@sinclair/typebox';
import { quantity, resources } from 'cdk8s-reconciler/schema';

export const spec = Type.Object({
  nodes: Type.Integer({ minimum: 1, maximum: 35, default: 3 }),
  persistentSpec: Type.Object(
    {
      enabled: Type.Union([Type.Literal('true'), Type.Literal('false')], { default: 'false' }),
      storageClassName: Type.Optional(Type.String({ minLength: 1, description: 'Default: that of the cluster.' })),
      volumeSize: quantity({ default: '20Gi' }),
    },
    {
      default: {},
      'x-kubernetes-validations': [
        {
          rule: 'self == oldSelf',
          message:
            'persistentSpec: cannot change, the volumes stay as they are; create a second cluster and move the data',
        },
      ],
    },
  ),
  uiServiceType: Type.Union(
    ['ClusterIP', 'NodePort', 'LoadBalancer'].map((type) => Type.Literal(type)),
    { default: 'ClusterIP' },
  ),
  username: Type.String({ minLength: 1, default: 'admin@redis.internal' }),
  redisEnterpriseNodeResources: Type.Optional(resources()),
  redisEnterpriseImageSpec: Type.Object(
    {
      repository: Type.String({ default: 'redislabs/redis' }),
      versionTag: Type.String({ default: '5.4.0-19' }),
      imagePullPolicy: Type.String({ default: 'IfNotPresent' }),
    },
    { default: {} },
  ),
});
export type Spec = Static<typeof spec>;
