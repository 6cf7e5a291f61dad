import type { Static, TObject } from '@sinclair/typebox';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { customResourceDefinition } from './definition.js';

/** A column of `kubectl get`. */
export interface Column {
  /** JSON path below the object, such as `.status.phase`. */
  readonly path: string;
  /** @default the type that the schema has at `path`, else `string` */
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** 0 is always shown, 1 only with `-o wide`. @default 0 */
  readonly priority?: number;
  readonly description?: string;
}

/** A validation rule in CEL (`x-kubernetes-validations`). */
export interface Rule {
  readonly rule: string;
  /** What the user reads when the rule is broken: what is wrong and what to do. */
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: string;
}

/** Where `kubectl scale` and a HorizontalPodAutoscaler read and write. */
export interface Scale {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  /** Path of a status field with a serialized label selector; an autoscaler needs it. */
  readonly labelSelectorPath?: string;
}

export interface ResourceOptions<Spec extends TObject, Status extends TObject> {
  /** API group, such as `my.domain`. */
  readonly group: string;
  /** API version, such as `v1`. */
  readonly version: string;
  readonly kind: string;
  /** @default the kind in lower case with an `s` */
  readonly plural?: string;
  /** @default the kind in lower case */
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** @default Namespaced */
  readonly scope?: 'Namespaced' | 'Cluster';
  /** Shown by `kubectl explain`. */
  readonly description?: string;
  /** Schema of `.spec`. A property with a `default` is filled in by the API server, so users may leave it out and `render` always finds it. */
  readonly spec: Spec;
  /** Schema of `.status`, without `conditions` and `observedGeneration`, which every resource has. @default nothing else */
  readonly status?: Status;
  /** Rules over the whole object, such as its name. Those of `.spec` go into its schema as `x-kubernetes-validations`. @default none */
  readonly rules?: readonly Rule[];
  /** Columns of `kubectl get` by title, in order. */
  readonly columns?: Readonly<Record<string, string | Column>>;
  /** @default no scale subresource */
  readonly scale?: Scale;
}

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
 * @throws Error if the schema uses something that a structural schema can't express
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema)
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
    definition,
  };
}
