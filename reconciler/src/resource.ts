import type { Static, TObject } from '@sinclair/typebox';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { customResourceDefinition } from './definition.js';
import type { ResourceOptions } from './resource-options.js';

/** A condition as `metav1.Condition` has it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** The part of `.status` that every resource has. */
export interface CommonStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

/** An object of a resource, as the API server returns it. */
export interface CustomResource<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly spec: Spec;
  readonly status?: Status & CommonStatus;
}

/** A kind of object with its schema. `Spec` and `Status` are what TypeScript sees of it. */
export interface Resource<Spec = unknown, Status = unknown> {
  readonly group: string;
  readonly version: string;
  /** `group/version` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Of the subresource `scale`, see `Kind`. */
  readonly replicasPath?: string;
  /** The CustomResourceDefinition, ready to be applied. */
  readonly definition: CustomResourceDefinition;
  /** Never set: carries the object's type, see `ObjectOf`. */
  readonly object?: CustomResource<Spec, Status>;
}

/** The type of a resource's objects: `ObjectOf<typeof WebServer>`. */
export type ObjectOf<R extends Resource> = NonNullable<R['object']>;

/**
 * Declares a custom resource: one schema gives the CustomResourceDefinition and the TypeScript type.
 *
 * @throws Error naming the path of what the API server would refuse, and what to write instead: its rules for
 * structural schemas hold here too, those for CEL aside
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions, structural schema)
 */
export function resource<Spec extends TObject, Status extends TObject = TObject<Record<never, never>>>(
  options: ResourceOptions<Spec, Status>,
): Resource<Static<Spec>, Static<Status>> {
  const definition = customResourceDefinition(options);
  return {
    group: options.group,
    version: options.version,
    apiVersion: `${options.group}/${options.version}`,
    kind: options.kind,
    plural: definition.spec.names.plural,
    namespaced: definition.spec.scope === 'Namespaced',
    ...(options.scale && { replicasPath: options.scale.specReplicasPath }),
    definition,
  };
}
