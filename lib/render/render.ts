import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Labels } from '../resource/names.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { disruptionBudgets } from './disruption-budget.js';
import { members } from './members.js';
import { servingClients } from './pod.js';
import { schema } from './schema-job.js';
import { authenticationSecrets, secrets } from './secrets.js';
import { nobody, services } from './services.js';
import { statefulSet } from './stateful-set.js';

export type Child = ConfigMap | Secret | Service | Job | StatefulSet | PodDisruptionBudget;

export interface RenderOptions {
  /**
   * Who acts in the cluster. The operator holds servers back until their database has its schema, and shuts clients out until there is
   * an administrator; with GitOps alone, an init container in each pod waits for the schema.
   *
   * @default operator
   */
  readonly managedBy?: 'operator' | 'gitops';
}

/**
 * A Nacos as the Kubernetes objects that it consists of, in the order in which they are applied.
 * Pure: the same object gives the same children, in `cdk8s synth` and in the operator.
 *
 * @param nacos has the schema's defaults filled in, see `withDefaults`
 */
export function render(nacos: NacosObject, { managedBy = 'operator' }: RenderOptions = {}): Child[] {
  const instance = resolve(nacos);
  const { servers } = instance;
  const { objects, ...gate } = schema(instance);
  const operated = managedBy === 'operator';
  return [
    ...secrets(instance),
    ...(operated ? authenticationSecrets(instance) : []),
    ...objects,
    ...(servers.mode === 'cluster' ? [members(instance, servers)] : []),
    ...services(instance, operated ? clients(nacos, instance) : {}),
    statefulSet(instance, operated ? { waiting: [], volumes: [] } : gate, operated),
    ...disruptionBudgets(instance),
  ];
}

/** Which of the servers clients are led to, beyond being ready. */
function clients(nacos: NacosObject, instance: Instance): Labels {
  if (!isOpen(nacos, instance)) return nobody;
  return instance.servers.mode === 'cluster' ? servingClients : {};
}

/**
 * Whether clients may connect: not before the initial data is there, and anybody could make himself administrator of a server that
 * has none (nacos: UserControllerV3.java).
 */
function isOpen({ status, spec }: NacosObject, { authentication }: Instance): boolean {
  return (!authentication.identitySecret || isAuthReady({ status })) && (!spec.initialData || status?.filled === true);
}

/** Whether an administrator was seen. With a lost status, or after authentication was off, the answer is no until servers are asked again. */
export function isAuthReady({ status }: Pick<NacosObject, 'status'>): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'AuthReady');
  return condition?.status === 'True' && condition.reason === administratorSet;
}

/** Reason of the condition `AuthReady` where there is an administrator. */
export const administratorSet = 'AdministratorSet';
