import type { TObject } from '@sinclair/typebox';

/** A validation rule in CEL (`x-kubernetes-validations`). */
export interface Rule {
  readonly rule: string;
  /** What the user reads when the rule is broken: what is wrong and what to do. */
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: string;
}

export interface ResourceOptions<Spec extends TObject, Status extends TObject> {
  /** API group, such as `my.domain`. */
  readonly group: string;
  /** API version, such as `v1`. */
  readonly version: string;
  /**
   * Versions of earlier releases, such as `v1beta1`: still served, as deprecated, and with the schema of today. One has
   * to stay as long as `status.storedVersions` of the definition in any cluster names it.
   *
   * @default none
   */
  readonly formerVersions?: readonly string[];
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
  /**
   * Schema of `.spec`. A property with a `default` is filled in by the API server, so users may leave it out and
   * `render` always finds it.
   */
  readonly spec: Spec;
  /**
   * Schema of `.status`, without `conditions` and `observedGeneration`, which every resource has.
   *
   * @default nothing else
   */
  readonly status?: Status;
  /**
   * Rules over the whole object, such as its name. Those of `.spec` go into its schema as `x-kubernetes-validations`.
   *
   * @default none
   */
  readonly rules?: readonly Rule[];
  /** Columns of `kubectl get` by title, in order: the JSON path of each, such as `.status.phase`, or more about it. */
  readonly columns?: Readonly<
    Record<
      string,
      | string
      | {
          /** JSON path below the object, such as `.status.phase`. */
          readonly path: string;
          /** @default the type that the schema has at `path`, else `string` */
          readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
          /** 0 is always shown, 1 only with `-o wide`. @default 0 */
          readonly priority?: number;
          readonly description?: string;
        }
    >
  >;
  /** Where `kubectl scale` and a HorizontalPodAutoscaler read and write. @default no scale subresource */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    /** Path of a status field with a serialized label selector; an autoscaler needs it. */
    readonly labelSelectorPath?: string;
  };
}
