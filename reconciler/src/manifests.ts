import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import {
  apiVersionOf,
  type DaemonSet,
  type Deployment,
  type Kind,
  PodDisruptionBudget,
  Service,
  type StatefulSet,
} from './kinds.js';
import type { KubernetesObject } from './object.js';

/** A kind whose pods have a template. */
export type Workload = Deployment | StatefulSet | DaemonSet;

/**
 * An object of `kind`: `fields` and what every manifest begins with.
 *
 * @example
 *
 * manifest(ConfigMap, 'web', { data: { 'index.html': page } })
 */
export function manifest<T extends KubernetesObject>(
  kind: Kind<T>,
  name: string,
  fields: Omit<T, 'apiVersion' | 'kind'>,
): T {
  const { metadata, ...rest } = fields as { readonly metadata?: ObjectMeta };
  // What is left out of T is put in here.
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, ...metadata }, ...rest } as unknown as T;
}

/**
 * A Deployment, StatefulSet or DaemonSet whose selector finds its pods.
 *
 * @param spec without `selector` and `template`. The `serviceName` of a StatefulSet is its own name unless given
 * @param labels of the pods, by which they are selected; they can't change later. @default `app` with the name
 *
 * @example
 *
 * workload(Deployment, 'web', { containers: [{ name: 'web', image: 'nginx:1.28' }] }, { replicas: 2 })
 */
export function workload<T extends Workload>(
  kind: Kind<T>,
  name: string,
  pod: core.PodSpec,
  spec: Partial<Omit<NonNullable<T['spec']>, 'selector' | 'template'>> = {},
  labels: Readonly<Record<string, string>> = { app: name },
): T {
  const rest = {
    ...(kind.kind === 'StatefulSet' && { serviceName: name }),
    ...spec,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: pod },
  };
  return manifest<KubernetesObject>(kind, name, { spec: rest } as KubernetesObject) as T;
}

/**
 * A Service in front of a workload's pods, as `kubectl expose` makes one.
 *
 * @param spec what differs, such as `type`, or `clusterIP: 'None'` for names of single pods. @default all ports of the containers
 * @param name @default that of the workload
 */
export function expose(of: Workload, spec: core.ServiceSpec = {}, name = of.metadata?.name ?? ''): Service {
  const containers = of.spec?.template.spec?.containers ?? [];
  const ports = containers.flatMap(({ ports = [] }) =>
    ports.map(({ name, containerPort: port, protocol }) => ({
      ...(name && { name }),
      port,
      ...(protocol && { protocol }),
    })),
  );
  return manifest(Service, name, { spec: { selector: of.spec?.selector?.matchLabels, ports, ...spec } });
}

/** A PodDisruptionBudget of a workload's name: whoever drains a node takes no more than `maxUnavailable` of its pods at a time. */
export function disruptionBudget(of: Workload, maxUnavailable: number | string = 1): PodDisruptionBudget {
  const { matchLabels } = of.spec?.selector ?? {};
  return manifest(PodDisruptionBudget, of.metadata?.name ?? '', {
    spec: { maxUnavailable, selector: { matchLabels } },
  });
}

/** Ports of a container by name, such as `{ http: 80, metrics: 9090 }`. */
export function containerPorts(ports: Readonly<Record<string, number>>): core.ContainerPort[] {
  return Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort }));
}

/**
 * A claim for `volumeClaimTemplates`: each pod gets a volume that one node at a time may write.
 *
 * @param size such as `10Gi`
 * @param storageClassName @default that of the cluster
 */
export function volumeClaim(name: string, size: string, storageClassName?: string): core.PersistentVolumeClaim {
  const resources = { requests: { storage: size } };
  const spec = { accessModes: ['ReadWriteOnce'], ...(storageClassName && { storageClassName }), resources };
  return { metadata: { name }, spec };
}

/**
 * The pod under the Pod Security Standard "restricted" and with read-only root file systems. What it says itself stays.
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted)
 *
 * @param user that all containers run as, and the group of volumes. @default 65532, `nonroot` of distroless images
 */
export function restricted(pod: core.PodSpec, user = 65_532): core.PodSpec {
  const contained = (container: core.Container): core.Container => ({
    ...container,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      ...container.securityContext,
    },
  });
  return {
    ...pod,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
      ...pod.securityContext,
    },
    ...(pod.initContainers && { initContainers: pod.initContainers.map(contained) }),
    containers: pod.containers.map(contained),
  };
}
