import type { Kind } from './kind.js';
import type { KubernetesObject, Stored } from './object.js';
import type { CustomResource } from './resource.js';

/** A kind of objects to read that others own. See `reading`. */
export interface ReadKind<T extends KubernetesObject = KubernetesObject, Owner = CustomResource<unknown, unknown>>
  extends Kind<T> {
  /**
   * Limits what is kept in memory, such as `app.kubernetes.io/name=nacos`.
   *
   * @default all, or with a label for `matches` the objects that have it
   */
  readonly labelSelector?: string;
  /**
   * Whether the controller works while the API server does not serve the kind, as if it had no objects. Where it may
   * not be read, that is waited for. @default false: the controller waits for it, and other controllers do not
   */
  readonly optional?: boolean;
  matches(object: Stored<T>, owner: Owner): boolean;
}

/**
 * A kind for `reads`: its objects are watched, a change of one reconciles the resources that it matches, `render` sees
 * them, and `gate`, `observe`, `status` and `plan` see them beside the children.
 *
 * @param matches whether `object`, of the same namespace if both are in one, concerns `owner`, an object of the
 * controller's resource; called often, so it should be cheap. Or the key of a label with the name of `owner` as its
 * value
 */
export function reading<
  T extends KubernetesObject,
  Owner extends { readonly metadata: { readonly name: string } } = CustomResource<unknown, unknown>,
>(
  kind: Kind<T>,
  matches: string | ((object: Stored<T>, owner: Owner) => boolean),
  options: Pick<ReadKind, 'labelSelector' | 'optional'> = {},
): ReadKind<T, Owner> {
  if (typeof matches !== 'string') return { ...kind, ...options, matches };
  return {
    ...kind,
    labelSelector: matches,
    ...options,
    matches: (object, owner) => object.metadata.labels?.[matches] === owner.metadata.name,
  };
}

/** Kinds by the name under which a controller wants to see their objects. */
export type Kinds = Readonly<Record<string, Kind>>;
export type ReadKinds<Owner = CustomResource<unknown, unknown>> = Readonly<
  Record<string, ReadKind<KubernetesObject, Owner>>
>;

/** The objects of each kind that belong to one resource. */
export type Children<K extends Kinds> = {
  readonly [Name in keyof K]: readonly Stored<NonNullable<K[Name]['object']>>[];
};

/** What a controller may write: an object of one of the kinds that it owns. */
export type Child<Owned extends Kinds> = NonNullable<Owned[keyof Owned]['object']>;
