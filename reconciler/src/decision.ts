import type { Exactly } from './exactly.js';
import type { KubernetesObject } from './object.js';
import type { CommonStatus, Condition } from './resource.js';

/** A condition as a controller states it; the transition time is kept by the engine. */
export type ConditionStatement = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * Fields of the resource's status, and conditions that are added to `Ready`, `Reconciling` and `Stalled` or replace
 * them.
 */
export type StatusOf<T> = Partial<Omit<NonNullable<T extends { status?: infer S } ? S : never>, keyof CommonStatus>> & {
  readonly conditions?: readonly ConditionStatement[];
};

/** One effect outside of the children. It is logged, and reported as an event with `type` as its reason. */
export interface Action {
  /** One word in CamelCase, such as `RestartMember`. */
  readonly type: string;
  /** The event's message. @default the type */
  readonly message?: string;
  /** False where it is only logged as long as it succeeds. @default true */
  readonly event?: boolean;
  /**
   * Whether writing the children and status of the same decision carries it out: `act` is not called.
   *
   * @default false
   */
  readonly inChildren?: boolean;
}

/** The steps that `act` has to carry out: those that are not carried out by writing children. */
export type Effect<A extends Action> = Exclude<A, { readonly inChildren: true }>;

/** An event about a resource, for `kubectl describe`. */
export interface EventNote {
  /** @default Normal */
  readonly type?: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** Why a child must wait before it is written. */
export interface Gate {
  /** One of the decision's `children`: that very object, not a copy. */
  readonly child: KubernetesObject;
  /** Such as `waits for Job shop/schema`; shown in the conditions. */
  readonly reason: string;
}

/** All that one reconciliation writes, says and does. */
export interface Decision<
  T,
  A extends Action = never,
  Made extends readonly KubernetesObject[] = readonly KubernetesObject[],
  Stated = StatusOf<T>,
> {
  /** The whole desired set, in the order in which it is written. Children without a namespace get the resource's. */
  readonly children: Made;
  /** They delay and never remove: a child behind a gate still counts as desired. @default none */
  readonly gates?: readonly Gate[];
  /**
   * The status beyond `observedGeneration`, `Ready`, `Reconciling` and `Stalled`, which come by themselves.
   *
   * @param standard the conditions that come by themselves, as they are after the children were written
   * @default nothing more
   */
  status?(standard: readonly ConditionStatement[]): StatusOf<T> & Exactly<Stated, StatusOf<T>>;
  /** The next effect, at most one; carried out by `act`. @default none */
  readonly step?: A | undefined;
  /** Events beside those on transitions of conditions and of the step. @default none */
  readonly events?: readonly EventNote[];
  /** Seconds until the next look if nothing changes. @default never: changes are enough */
  readonly requeueAfter?: number | undefined;
}
