import type { ActContext, ObserveContext } from './context.js';
import type { Action, ConditionStatement, Decision, Effect, StatusOf } from './decision.js';
import type { ExactChildren } from './exact-children.js';
import type { Exactly } from './exactly.js';
import type { Kind } from './kind.js';
import type { KubernetesObject } from './object.js';
import type { Child, Children, Kinds, ReadKind, ReadKinds } from './reading.js';
import type { CustomResource } from './resource.js';

/** What `observe`, `act` or `finalize` do beyond what `owns` and `reads` imply. */
export interface Permission {
  readonly kind: Kind;
  /**
   * To own RoleBindings needs `bind` of the roles that they bind, to own Roles `escalate`: without it nothing can be
   * granted but what the operator may do itself.
   */
  readonly verbs: readonly (
    | ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete')
    | ('bind' | 'escalate')
  )[];
  /** A subresource, such as `scale`. @default the objects themselves */
  readonly subresource?: string;
  /** The only object, by its name. It limits neither `list`, `watch` nor `create`. @default all objects */
  readonly name?: string;
  /**
   * Which objects may be written: CEL over `object`, which holds of it before and after. What it does not find, such as
   * a label, refuses. Roles cannot say it: the operator's admission policy does (Kubernetes ≥ 1.30).
   *
   * @default all objects, outside of `kube-*`
   * @example
   *
   * only: "object.metadata.labels['app'] == 'web'"
   */
  readonly only?: string;
}

/** What every controller has, whichever way it decides. */
export interface CommonOptions<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
> {
  /** Of logs, metrics and events; one process runs one controller of a name. @default the kind in lower case */
  readonly name?: string;
  /** The kinds of children, and no others: they are watched, put back, and removed when no longer desired. */
  readonly owns: Owned;
  /** Kinds that are watched but not written. See `reading`. @default none */
  readonly reads?: Reads & Readonly<Record<string, ReadKind<KubernetesObject, T>>>;
  /** What else roles must allow. @default nothing */
  readonly permissions?: readonly Permission[];
  /** Facts from outside the caches. It must not write, and answers "unreachable" as a fact rather than by throwing. */
  observe?(object: T, children: Children<Owned & Reads>, context: ObserveContext): Promise<Observed>;
  /**
   * Carries out a step. Afterwards the object is reconciled again, within a second. What takes longer than a minute is
   * reported as failed, and not begun again before it has ended.
   */
  act?(step: NoInfer<Effect<A>>, object: T, context: ActContext): Promise<void>;
  /**
   * Cleans up outside the cluster before the object goes; children go by themselves. With it, and only then, objects
   * get a finalizer; a later version without it takes that away, for which its roles need `patch`. Throwing retries, a
   * TerminalError once something changes; until then the conditions say why. A number asks to be called again after so
   * many seconds.
   */
  finalize?(
    object: T,
    children: Children<Owned & Reads>,
    context: ActContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns nothing is the usual case
  ): Promise<number | void>;
  /**
   * Whether `child` stands alone: it is written although one before it was refused, and if it is refused the next ones
   * are written all the same. Nothing is written into a namespace that is among the children and has another owner,
   * whatever this says.
   * @default no child: what comes after one that is refused may stand on it
   */
  independent?(child: KubernetesObject, object: T): boolean;
  /**
   * Pure: what to state where nothing was decided, as looking or deciding failed, or the object is cleaned up. What it
   * leaves out stays as it was stated last.
   *
   * @param standard the conditions that come by themselves
   * @default nothing but these
   */
  undecided?(object: T, standard: readonly ConditionStatement[]): NoInfer<StatusOf<T>>;
  /**
   * Objects that are reconciled at the same time, those left out whose `observe`, `act` or `finalize` takes longer than
   * a second.
   *
   * @default 4
   */
  readonly workers?: number;
}

/**
 * A controller that takes every decision in one place: look → decide → write. Where `observe` fails, it decides
 * and writes nothing, and says so in the conditions.
 */
export interface DecideOptions<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
  Stated = StatusOf<T>,
  Made = readonly Child<Owned>[],
> extends CommonOptions<T, Owned, Reads, Observed, A> {
  /**
   * Pure: all that this reconciliation writes, says and does. Only what it says counts while the object is paused, or
   * being deleted.
   */
  decide(
    object: T,
    children: Children<Owned & Reads>,
    observed: NoInfer<Observed>,
  ): Decision<T, A, ExactChildren<Made, Child<Owned>>, Stated>;
  readonly render?: undefined;
}

/**
 * A controller with children that follow from the spec. All functions but `observe` and `act` are pure. They see the
 * children as these are after the writes; `render` and `gate` before.
 */
export interface RenderOptions<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
  Stated = StatusOf<T>,
  Made = readonly Child<Owned>[],
> extends CommonOptions<T, Owned, Reads, Observed, A> {
  /**
   * The whole desired set of children, in the order in which they are written. A field that others own (replicas under
   * an autoscaler) is left out. Children without a namespace get the resource's.
   *
   * @param read objects of the kinds in `reads`. A rendered child that depends on one comes and goes with it
   */
  render(object: T, read: Children<Reads>): ExactChildren<Made, Child<Owned>>;
  readonly decide?: undefined;
  /**
   * Why `child` must wait before it is written, or undefined. It delays and never removes: a child that waits
   * still counts as desired when children that are no longer rendered are removed. @default nothing waits
   */
  gate?(child: KubernetesObject, object: T, children: Children<Owned & Reads>): string | undefined;
  /**
   * The status beyond `observedGeneration`, `Ready`, `Reconciling` and `Stalled`, which come by themselves. Not called
   * where `observe` failed: then all that was stated before stays.
   *
   * @param standard the conditions that come by themselves, as they will be unless replaced
   */
  status?(
    object: T,
    children: Children<Owned & Reads>,
    observed: NoInfer<Observed>,
    standard?: readonly ConditionStatement[],
  ): StatusOf<T> & Exactly<Stated, StatusOf<T>>;
  /** The next effect, at most one. */
  plan?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): A | undefined;
  /**
   * Seconds until the next look if nothing changes, 1 at least; Infinity is never.
   *
   * @default never: changes are enough
   */
  requeueAfter?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): number | undefined;
}

/** What a controller does, in either of two ways: `decide`, or `render` and what goes with it. */
export type ControllerOptions<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
  Stated = StatusOf<T>,
> = DecideOptions<T, Owned, Reads, Observed, A, Stated> | RenderOptions<T, Owned, Reads, Observed, A, Stated>;

/** Where there is a status: at a field of what an optional function returns the compiler does not point. */
export type StatusIsThere<Status, Stated> = [Stated] extends [never]
  ? unknown
  : { readonly status: NonNullable<Status> };
