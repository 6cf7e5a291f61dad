import { disruptionBudget, expose, type KubernetesObject, StatefulSet, volumeClaim, workload } from 'cdk8s-reconciler';
import type { Spec } from './spec.js';

export function credentialsOf(name: string): string {
  return `${name}-credentials`;
}

/** All but the credentials. */
export function children(name: string, spec: Spec): KubernetesObject[] {
  const { enabled, volumeSize, storageClassName } = spec.persistentSpec;
  const claims = enabled === 'true' ? [volumeClaim('persistent', volumeSize, storageClassName)] : [];
  const set = workload(
    StatefulSet,
    name,
    { containers: [node(name, spec)] },
    {
      replicas: spec.nodes,
      ...(claims.length > 0 && { volumeClaimTemplates: claims }),
    },
  );
  return [
    expose(set, { clusterIP: 'None', publishNotReadyAddresses: true }),
    expose(set, { type: spec.uiServiceType, ports: [{ name: 'ui', port: 8443 }] }, `${name}-ui`),
    // A majority must stay: nodes are drained one at a time.
    disruptionBudget(set),
    set,
  ];
}

function node(name: string, { persistentSpec, redisEnterpriseImageSpec, redisEnterpriseNodeResources }: Spec) {
  const { repository, versionTag, imagePullPolicy } = redisEnterpriseImageSpec;
  const secret = (key: string) => ({ secretKeyRef: { name: credentialsOf(name), key } });
  return {
    name: 'node',
    image: `${repository}:${versionTag}`,
    imagePullPolicy,
    ports: [
      { name: 'redis', containerPort: 6379 },
      { name: 'ui', containerPort: 8443 },
      { name: 'api', containerPort: 9443 },
    ],
    env: [
      { name: 'REDIS_USERNAME', valueFrom: secret('username') },
      { name: 'REDIS_PASSWORD', valueFrom: secret('password') },
    ],
    readinessProbe: { tcpSocket: { port: 'ui' } },
    ...(redisEnterpriseNodeResources && { resources: redisEnterpriseNodeResources }),
    ...(persistentSpec.enabled === 'true' && {
      volumeMounts: [{ name: 'persistent', mountPath: '/opt/persistent' }],
    }),
  };
}
