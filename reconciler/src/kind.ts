import type { KubernetesObject } from './object.js';
import type { Readiness } from './readiness.js';

/**
 * A kind of object: how the API server names it and what TypeScript sees of it. Whatever `resource` declares is one
 * too.
 */
export interface Kind<T extends KubernetesObject = KubernetesObject> {
  /** API group, empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** How far an object of the kind is. @default by its conditions; without any it is ready once it exists */
  ready?(object: T): Readiness;
  /**
   * Path of the field that the subresource `scale` sets, such as `.spec.replicas`. Where it is no longer rendered its
   * value stays, unless it is 0, for an autoscaler to take over. @default none
   */
  readonly replicasPath?: string;
  /** Never set: carries the object's type. */
  readonly object?: T;
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOf({ group, version }: Kind): string {
  return group ? `${group}/${version}` : version;
}

/**
 * Declares a kind that is defined elsewhere, for `owns` and `reads`.
 *
 * @example
 *
 * const Certificate = kind<CertificateObject>('cert-manager.io/v1', 'Certificate');
 */
export function kind<T extends KubernetesObject = KubernetesObject>(
  /** Such as `apps/v1` or `v1`. */
  apiVersion: string,
  name: string,
  options: {
    /** @default the kind in lower case with an `s` */
    readonly plural?: string;
    /** @default true */
    readonly namespaced?: boolean;
    readonly ready?: (object: T) => Readiness;
    /** See `Kind`. @default none */
    readonly replicasPath?: string;
  } = {},
): Kind<T> {
  const slash = apiVersion.indexOf('/');
  return {
    group: apiVersion.slice(0, Math.max(slash, 0)),
    version: apiVersion.slice(slash + 1),
    kind: name,
    plural: options.plural ?? `${name.toLowerCase()}s`,
    namespaced: options.namespaced ?? true,
    ...(options.ready && { ready: options.ready }),
    ...(options.replicasPath && { replicasPath: options.replicasPath }),
  };
}
