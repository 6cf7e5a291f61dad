import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Job, Pod, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { SchemaObjects } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Instance } from '../resource/resolve.js';
import type { Observed } from './observed.js';

/** The live children and pods, as the caches have them. */
export interface ObservedChildren {
  readonly secrets: readonly Stored<Secret>[];
  readonly jobs: readonly Stored<Job>[];
  readonly services: readonly Stored<Service>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly configMaps: readonly Stored<KubernetesObject & { readonly data?: Readonly<Record<string, string>> }>[];
  readonly pods: readonly Stored<Pod>[];
  /** The Secret that the operator fills; no child, since it outlives the object as the volumes do. */
  readonly credentials: readonly Stored<Secret>[];
}

/** Servers on their way to the version of the spec by way of another one. */
export interface Detour {
  /** The spec with the version between in the place of its own. */
  readonly nacos: NacosObject;
  readonly stop: string;
  readonly goal: string;
  /** What the annotation says. Absent until it is known. */
  readonly record?: string;
  /** Why they do not set out, or do not go on to the goal. */
  readonly waits?: string;
}

/** All that a decision goes by. */
export interface View {
  readonly nacos: NacosObject;
  /** The spec with every open question answered, at the size and with the selector that run. */
  readonly instance: Instance;
  readonly schema: SchemaObjects;
  readonly observed: Observed;
  readonly jobs: readonly Stored<Job>[];
  readonly pods: readonly Stored<Pod>[];
  /** Version that all servers have reached; undefined before any has answered. */
  readonly version: string | undefined;
  /** Present while the servers go to the version of the spec by way of another, which is that of `instance`. */
  readonly detour?: Detour;
  /** The last report. It may be lost or edited: only other reports go by it. */
  readonly before: NacosObject['status'];
}
