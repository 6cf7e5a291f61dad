import type { Action, Children, Kinds, ReadKinds } from '../controller.js';
import type { KubernetesObject, Stored } from '../object.js';

/**
 * What each step does to the facts: a step without an entry does not compile. `remove` is for one that deletes a child.
 */
export type Effects<A extends Action, Observed> = {
  readonly [Type in Exclude<A, { readonly inChildren: true }>['type']]: (
    observed: Observed,
    step: Extract<A, { readonly type: Type }>,
    remove: (child: KubernetesObject) => void,
  ) => Observed;
};

/** What a `World` may say. */
export interface Surroundings<T, Owned extends Kinds, Reads extends ReadKinds, Observed> {
  /** The object as it is now, with its status: what is there follows from it. @default there is none */
  readonly before?: T;
  /** Children as the API server has them. @default those that follow from `before` */
  readonly live?: readonly KubernetesObject[];
  /** Objects of the kinds in `reads`. @default none */
  readonly reads?: Children<Reads>;
  /**
   * What follows by itself from written children, such as servers that start; also called once before the first
   * reconciliation. @default nothing
   */
  follow?(observed: Observed, children: Children<Owned & Reads>, object: T): Observed;
  /**
   * Called when all of `before` is there, and what follows is the change. Children of which `admit` says nothing are
   * then without what the API server has filled in. @default nothing
   */
  onChange?(): void;
  /** A child as its own controller makes it after it is written. @default ready */
  settle?(child: Stored): Stored;
  /**
   * What the API server would make of a child, such as `dryRun`: the child with its defaults, or why it would be
   * refused.
   *
   * @param isNew whether the plan has deleted a child of that name, which the API server still has
   * @default it takes all children as they are
   */
  admit?(child: KubernetesObject, isNew: boolean): Promise<KubernetesObject | string | undefined>;
}

/**
 * What surrounds an object in a plan. What `observe` would find, and the effects of steps, are asked for where there
 * are any.
 */
export type World<T, Owned extends Kinds, Reads extends ReadKinds, Observed, A extends Action> = Surroundings<
  T,
  Owned,
  Reads,
  Observed
> &
  (Observed extends undefined ? { readonly observed?: Observed } : { readonly observed: Observed }) &
  ([A] extends [never] ? { readonly effects?: undefined } : { readonly effects: Effects<A, Observed> });
