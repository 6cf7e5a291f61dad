import type { KubernetesObject, PodDisruptionBudget, Service, StatefulSet } from 'cdk8s-reconciler';
import type { Spec } from './spec.js';

export function credentialsOf(name: string): string {
  return `${name}-credentials`;
}

/** All but the credentials. */
export function children(name: string, spec: Spec): KubernetesObject[] {
  return [headlessService(name), uiService(name, spec), disruptionBudget(name), statefulSet(name, spec)];
}

function headlessService(name: string): Service {
  const ports = [
    { name: 'redis', port: 6379 },
    { name: 'api', port: 9443 },
  ];
  return service(name, { clusterIP: 'None', publishNotReadyAddresses: true, ports });
}

function uiService(name: string, { uiServiceType }: Spec): Service {
  const ports = [{ name: 'ui', port: 8443, targetPort: 'ui' }];
  return { ...service(name, { type: uiServiceType, ports }), metadata: { name: `${name}-ui` } };
}

function service(name: string, spec: Service['spec']): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ...spec } };
}

/** A majority must stay: nodes are drained one at a time. */
function disruptionBudget(name: string): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
  };
}

function statefulSet(name: string, spec: Spec): StatefulSet {
  const labels = { app: name };
  const { enabled, storageClassName, volumeSize } = spec.persistentSpec;
  const { repository, versionTag, imagePullPolicy } = spec.redisEnterpriseImageSpec;
  const persistent = enabled === 'true';
  const secret = (key: string) => ({ secretKeyRef: { name: credentialsOf(name), key } });
  const container = {
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
    ...(spec.redisEnterpriseNodeResources && { resources: spec.redisEnterpriseNodeResources }),
    ...(persistent && { volumeMounts: [{ name: 'persistent', mountPath: '/opt/persistent' }] }),
  };
  const claim = {
    metadata: { name: 'persistent' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: volumeSize } } },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas: spec.nodes,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...(persistent && { volumeClaimTemplates: [claim] }),
    },
  };
}
