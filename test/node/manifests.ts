import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Container, EnvVar, Pod, PodSpec, Service, ServiceSpec } from 'kubernetes-types/core/v1.js';

/** A pod that Pod Security "restricted" admits, with a read-only root. */
export function restricted(container: Partial<Container>, spec: Partial<PodSpec> = {}): PodSpec {
  return {
    terminationGracePeriodSeconds: 1,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...spec,
    containers: [
      {
        name: 'main',
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
        ...container,
      },
    ],
  };
}

export function pod(name: string, spec: PodSpec): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec };
}

/** Selects pods by label `app`, which is the Service's own name unless another is given. */
export function service(name: string, port: number, spec: Partial<ServiceSpec> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port }], ...spec },
  };
}

/** A busybox pod that waits for commands. */
export function shell(name: string, spec: Partial<PodSpec> = {}): Pod {
  return pod(name, restricted({ image: 'busybox:1.36', command: ['sleep', '3600'] }, spec));
}

export function statefulSet(name: string, replicas: number, spec: PodSpec): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '16Mi' } } },
        },
      ],
    },
  };
}

/** A database on a volume, with the user and the database `nacos`. */
export function database(name: string, image: string, password: string): object[] {
  const folders = { data: '/var/lib/mysql', run: '/run/mysqld', tmp: '/tmp' };
  return [
    service(name, 3306),
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    pod(
      name,
      restricted(
        {
          image,
          env: [
            { name: 'MYSQL_ROOT_PASSWORD', value: password },
            { name: 'MYSQL_DATABASE', value: 'nacos' },
            { name: 'MYSQL_USER', value: 'nacos' },
            { name: 'MYSQL_PASSWORD', value: password },
          ],
          resources: { requests: { cpu: '50m', memory: '256Mi' } },
          volumeMounts: Object.entries(folders).map(([folder, mountPath]) => ({ name: folder, mountPath })),
          readinessProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1 },
        },
        {
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: name } },
            { name: 'run', emptyDir: {} },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      ),
    ),
  ];
}

/**
 * Environment of a Nacos. The flags make a server start in seconds on a small machine; they are no advice for
 * production.
 */
export const smallServer: readonly EnvVar[] = [
  { name: 'JVM_XMS', value: '256m' },
  { name: 'JVM_XMX', value: '512m' },
  { name: 'JVM_XMN', value: '128m' },
  { name: 'JAVA_OPT', value: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' },
];
