import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { apiVersionOf, type Kind } from '../kind.js';
import { type DaemonSet, type Deployment, Service, type StatefulSet } from '../kinds/kinds.js';
import type { KubernetesObject } from '../object.js';

/** A kind with a template of pods. */
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
 * A Deployment, StatefulSet or DaemonSet with a selector that finds its pods.
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
 * @param spec what differs, such as `type`, or `clusterIP: 'None'` for names of single pods. @default all ports of the
 * containers
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
