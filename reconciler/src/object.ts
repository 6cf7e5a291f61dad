import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/** What every Kubernetes object has. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** An object as the API server returns it. */
export type Stored<T extends KubernetesObject = KubernetesObject> = T & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string; readonly uid: string; readonly resourceVersion: string };
};

/** `namespace/name`, or `name` for what is in no namespace. */
export function keyOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata?.name ?? '');
}

/** `Deployment shop/web`, as messages name objects. */
export function describeObject(object: KubernetesObject): string {
  return `${object.kind} ${keyOf(object)}`;
}
