import type { Action, Children, Kinds, ReadKinds } from '../controller.js';
import type { KubernetesObject, Stored } from '../object.js';

/** What each step does to the facts: a step without an entry does not compile. */
export type Effects<A extends Action, Observed> = {
  readonly [Type in Exclude<A, { readonly inChildren: true }>['type']]: (
    observed: Observed,
    step: Extract<A, { readonly type: Type }>,
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
  /** What follows by itself from written children, such as servers that start. @default nothing */
  follow?(observed: Observed, children: Children<Owned & Reads>): Observed;
  /** A child as its own controller makes it after it is written. @default ready */
  settle?(child: Stored): Stored;
  /** Why the API server would refuse a child, or undefined: such as `dryRun`. @default it refuses none */
  refuse?(child: KubernetesObject): Promise<string | undefined>;
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
