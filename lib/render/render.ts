import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { disruptionBudgets } from './disruption-budget.js';
import { members } from './members.js';
import { schema } from './schema-job.js';
import { secrets } from './secrets.js';
import { services } from './services.js';
import { statefulSet } from './stateful-set.js';

export type Child = ConfigMap | Secret | Service | Job | StatefulSet | PodDisruptionBudget;

export interface RenderOptions {
  /**
   * Who holds the servers back until their database has its schema: the operator, or an init container in each pod.
   *
   * @default operator
   */
  readonly schemaGate?: 'operator' | 'init-container';
}

/**
 * A Nacos as the Kubernetes objects that it consists of, in the order in which they are applied.
 * Pure: the same object gives the same children, in `cdk8s synth` and in the operator.
 *
 * @param nacos has the schema's defaults filled in, see `withDefaults`
 */
export function render(nacos: NacosObject, { schemaGate = 'operator' }: RenderOptions = {}): Child[] {
  const instance = resolve(nacos);
  const { servers } = instance;
  const { objects, ...gate } = schema(instance);
  return [
    ...secrets(instance),
    ...objects,
    ...(servers.mode === 'cluster' ? [members(instance, servers)] : []),
    ...services(instance),
    statefulSet(instance, schemaGate === 'init-container' ? gate : { waiting: [], volumes: [] }),
    ...disruptionBudgets(instance),
  ];
}
