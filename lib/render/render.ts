import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Labels } from '../resource/names.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { disruptionBudgets } from './disruption-budget.js';
import { members } from './members.js';
import { metadata } from './metadata.js';
import { networkPolicies } from './network-policy.js';
import { clientTraffic } from './pod.js';
import { type SchemaObjects, schema } from './schema-job.js';
import { noTraffic, services } from './services.js';
import { shaped } from './shape.js';
import { statefulSet } from './stateful-set.js';

export type Child = ConfigMap | Secret | Service | Job | StatefulSet | PodDisruptionBudget | NetworkPolicy;

export interface RenderOptions {
  /**
   * What acts in the cluster. The operator holds servers back until their database has its schema, and lets no client
   * in before there is an administrator; with GitOps alone, an init container in each pod waits for the schema.
   *
   * @default operator
   */
  readonly managedBy?: 'operator' | 'gitops';
}

/**
 * A Nacos as the Kubernetes objects that it consists of, in the order in which they are applied. The operator begins
 * with these. Pure: the same object gives the same children.
 *
 * @param nacos has the schema's defaults filled in, see `withDefaults`
 */
export function render(nacos: NacosObject, { managedBy = 'operator' }: RenderOptions = {}): Child[] {
  const instance = resolve(nacos);
  return renderInstance(instance, schema(instance), managedBy === 'gitops' ? 'gitops' : { open: !isGated(instance) });
}

/** What the operator decides of the Services for clients. */
interface Operated {
  /** Whether they select servers. */
  readonly open: boolean;
}

/** @param mode of the operator, or without one */
export function renderInstance(instance: Instance, schema: SchemaObjects, mode: Operated | 'gitops'): Child[] {
  const { servers } = instance;
  const { objects, ...gate } = schema;
  const operated = mode !== 'gitops';
  return [
    ...secrets(instance),
    ...objects,
    ...(servers.mode === 'cluster' ? [members(instance, servers)] : []),
    ...networkPolicies(instance, !operated || mode.open),
    ...services(instance, operated ? clients(instance, mode.open) : {}),
    statefulSet(instance, operated ? { waiting: [], volumes: [] } : gate, operated),
    ...disruptionBudgets(instance),
  ].map((child) => shaped(instance, child));
}

/**
 * Whether clients are let in only once something is there: an administrator, since any client of a server that has none
 * can become it (nacos: UserControllerV3.java), or the initial data.
 */
export function isGated({ authentication, spec }: Instance): boolean {
  return authentication.identitySecret !== undefined || spec.initialData !== undefined;
}

/** Labels of the pods that get client traffic, beyond those of the instance. */
function clients({ servers }: Instance, open: boolean): Labels {
  if (!open) return noTraffic;
  return servers.mode === 'cluster' ? clientTraffic : {};
}

/** What a spec has in plain text goes into Secrets, so that it is at least not in the pods. Nothing is made up here. */
export function secrets(instance: Instance): Secret[] {
  const { database, authentication, names } = instance;
  const plaintext = database.type === 'mysql' ? database.plaintext : undefined;
  return [
    ...(plaintext
      ? [secret(instance, names.databaseSecret, { username: plaintext.user, password: plaintext.password })]
      : []),
    ...(authentication.plaintextToken
      ? [secret(instance, names.tokenSecret, { token: authentication.plaintextToken })]
      : []),
  ];
}

// `data` and not `stringData`: the latter makes a server-side apply that changes nothing look like a change.
function secret(instance: Instance, name: string, values: Readonly<Record<string, string>>): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(instance, name),
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}
