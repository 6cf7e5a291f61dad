import type { ClusterReader, ClusterWriter } from './cluster.js';
import type { Action, ConditionStatement, Decision, Effect, StatusOf } from './decision.js';
import type { Exactly } from './exactly.js';
import type { Kind } from './kind.js';
import type { KubernetesObject, Stored } from './object.js';
import type { CustomResource, ObjectOf, Resource } from './resource.js';

export type { Action, ConditionStatement, Decision, Effect, EventNote, Gate, StatusOf } from './decision.js';

/** What `observe`, `act` or `finalize` do beyond what `owns` and `reads` imply. */
export interface Permission {
  readonly kind: Kind;
  readonly verbs: readonly ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete')[];
  /** A subresource, such as `scale`. @default the objects themselves */
  readonly subresource?: string;
}

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
   * Whether the controller works while the API server does not serve the kind, as if it had no objects. @default false:
   * the controller waits for it, and other controllers do not
   */
  readonly optional?: boolean;
  matches(object: Stored<T>, owner: Owner): boolean;
}

/**
 * A kind for `reads`: its objects are watched, a change of one reconciles the resources that it matches, `render` sees
 * them, and `gate`, `observe`, `status` and `plan` see them beside the children.
 *
 * @param matches whether `object`, of the same namespace if both are in one, concerns `owner`, an object of the controller's resource; called often, so it
 * should be cheap. Or the key of a label with the name of `owner` as its value
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

/**
 * No object is one: it only lets the compiler read `kind: 'Service'` of a literal child as that very text, which it
 * forgets while it still infers the kinds.
 */
interface Literally {
  readonly apiVersion?: Lowercase<string>;
  readonly kind?: Capitalize<string>;
  readonly [never]: never;
}
declare const never: unique symbol;

/** A Secret that is made once, see `secrets`. */
export interface GeneratedSecret {
  readonly name: string;
  /** @default that of the object */
  readonly namespace?: string;
  /** @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** What is known, as plain text. @default nothing */
  readonly data?: Readonly<Record<string, string>>;
  /** Keys that get a random password each, of 32 letters, digits, `-` and `_`. */
  readonly passwords: readonly string[];
}

/** What `observe` gets. */
export interface ObserveContext extends ClusterReader {
  /** Aborted when the process stops or the reconciliation takes too long (60 s). */
  readonly signal: AbortSignal;
  /**
   * The JSON that a server outside Kubernetes answers, such as a member's own API: to GET, or with a `body` to POST.
   * Undefined where it answers 404. Another answer that is not OK is an error with its words, and so is none within 5
   * s.
   */
  fetchJson<T>(url: string, body?: object): Promise<T | undefined>;
}

/** What `act` and `finalize` get. */
export interface ActContext extends ObserveContext, ClusterWriter {}

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
  /**
   * Secrets that are made where there are none, and then left alone: passwords, which pure functions cannot make. Like
   * volumes they have no owner and outlive the object. The operator may get Secrets by name and create them, but not
   * list them.
   * @default none
   */
  secrets?(object: T): readonly GeneratedSecret[];
  /** Facts from outside the caches. It must not write, and answers "unreachable" as a fact rather than by throwing. */
  observe?(object: T, children: Children<Owned & Reads>, context: ObserveContext): Promise<Observed>;
  /** Carries out a step. Afterwards the object is reconciled again, within a second. */
  act?(step: NoInfer<Effect<A>>, object: T, context: ActContext): Promise<void>;
  /**
   * Cleans up outside the cluster before the object goes; children go by themselves. With it, and only then, objects
   * get a finalizer; a later version without it takes that away, for which its roles need `patch`. Throwing retries, a TerminalError once something changes; until then the conditions say why. A
   * number asks to be called again after so many seconds.
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
  /** Objects that are reconciled at the same time. @default 4 */
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
> extends CommonOptions<T, Owned, Reads, Observed, A> {
  /**
   * Pure: all that this reconciliation writes, says and does. Only what it says counts while the object is paused, or
   * being deleted.
   */
  decide(
    object: T,
    children: Children<Owned & Reads>,
    observed: NoInfer<Observed>,
  ): Decision<T, A, Child<Owned> | Literally, Stated>;
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
> extends CommonOptions<T, Owned, Reads, Observed, A> {
  /**
   * The whole desired set of children, in the order in which they are written. A field that others own (replicas under
   * an autoscaler) is left out. Children without a namespace get the resource's.
   *
   * @param read objects of the kinds in `reads`. A rendered child that depends on one comes and goes with it
   */
  render(object: T, read: Children<Reads>): readonly (Child<Owned> | Literally)[];
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
  /**
   * What is missing though every child is ready, such as `3 of 5 members`: the object is `Reconciling` until nothing
   * is. @default nothing: an object is ready when its children are
   */
  unready?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): string | undefined;
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
type StatusIsThere<Status, Stated> = [Stated] extends [never] ? unknown : { readonly status: NonNullable<Status> };

/** A declared controller: `Operator` renders what it needs to run, `run` runs it, tests call its functions. */
export interface Controller<
  T extends CustomResource<unknown, unknown> = CustomResource<unknown, unknown>,
  Owned extends Kinds = Kinds,
  Reads extends ReadKinds = ReadKinds,
  Observed = unknown,
  A extends Action = Action,
> extends CommonOptions<T, Owned, Reads, Observed, A> {
  readonly name: string;
  readonly resource: Resource;
  /**
   * Of every write; identifies the fields that this controller owns. That of a creation goes on with what was created.
   */
  readonly fieldManager: string;
  /**
   * Label of every child, by which the caches find them: `group/managed-by`, with the kind in lower case as its value.
   */
  readonly label: readonly [key: string, value: string];
  /** What one reconciliation writes, says and does where these are the children and the facts. */
  decide(object: T, children: Children<Owned & Reads>, observed: Observed): Decision<T, A>;
  /** The children of an object that has none yet. @param read @default no objects of any kind */
  render(object: T, read?: Children<Reads>, observed?: Observed): readonly KubernetesObject[];
  /** As declared. */
  readonly options: ControllerOptions<T, Owned, Reads, Observed, A>;
}

/**
 * Declares a controller. Types flow from the schema: `render`, `status` and `decide` see the object, and a typed array
 * of children for each name in `owns`. TypeScript infers from top to bottom, so write `observe` before what uses its
 * facts, and what returns steps before `act`.
 *
 * @throws Error where a name is in both `owns` and `reads`, or `workers` is no number of workers
 */
export function controller<
  R extends Resource,
  Owned extends Kinds,
  Reads extends ReadKinds<ObjectOf<R>> = Record<never, never>,
  Observed = undefined,
  A extends Action = never,
  Stated extends StatusOf<ObjectOf<R>> = never,
>(
  resource: R,
  options:
    | DecideOptions<ObjectOf<R>, Owned, Reads, Observed, A, Stated>
    | (RenderOptions<ObjectOf<R>, Owned, Reads, Observed, A, Stated> &
        StatusIsThere<RenderOptions<ObjectOf<R>, Owned, Reads, Observed, A, Stated>['status'], Stated>),
): Controller<ObjectOf<R>, Owned, Reads, Observed, A> {
  return declare(resource, options as ControllerOptions<ObjectOf<R>, Owned, Reads, Observed, A>);
}

function declare<
  R extends Resource,
  Owned extends Kinds,
  Reads extends ReadKinds<ObjectOf<R>>,
  Observed,
  A extends Action,
>(
  resource: R,
  options: ControllerOptions<ObjectOf<R>, Owned, Reads, Observed, A>,
): Controller<ObjectOf<R>, Owned, Reads, Observed, A> {
  refuseOptions(resource, options);
  const singular = resource.kind.toLowerCase();
  const { render: _, decide, ...common } = options;
  const names = Object.keys({ ...options.owns, ...options.reads });
  const nothing = Object.fromEntries(names.map((name) => [name, []])) as Children<Kinds> as Children<Owned & Reads>;
  return {
    ...(common as CommonOptions<ObjectOf<R>, Owned, Reads, Observed, A>),
    decide: (object, children, observed) =>
      options.decide ? options.decide(object, children, observed) : decisionOf(options, object, children, observed),
    render: (object, read, observed) => {
      const children = { ...nothing, ...read };
      if (options.render) return options.render(object, children as Children<Reads>);
      return options.decide(object, children, observed as Observed).children;
    },
    name: options.name ?? singular,
    resource,
    fieldManager: `${singular}.${resource.group}`,
    label: [`${resource.group}/managed-by`, singular],
    options,
  };
}

function refuseOptions(
  { kind }: Resource,
  {
    owns,
    reads = {},
    workers = 1,
  }: { readonly owns: Kinds; readonly reads?: Kinds | undefined; readonly workers?: number | undefined },
): void {
  const fail = (problem: string) => {
    throw new Error(`controller of ${kind}: ${problem}`);
  };
  const both = Object.keys(owns).find((name) => name in reads);
  if (both) fail(`${both} is in owns and in reads, and would hide one of them: give one another name`);
  if (!Number.isInteger(workers) || workers < 1 || workers > 1000)
    fail(`workers is ${workers}: it has to be a whole number from 1 to 1000`);
}

/** A small controller's functions as one decision. */
function decisionOf<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
>(
  options: RenderOptions<T, Owned, Reads, Observed, A>,
  object: T,
  children: Children<Owned & Reads>,
  observed: Observed,
): Decision<T, A> {
  const rendered = options.render(object, children as Children<Reads>);
  const gates = rendered.flatMap((child) => {
    const reason = options.gate?.(child, object, children);
    return reason === undefined ? [] : [{ child, reason }];
  });
  return {
    children: rendered,
    gates,
    status: (standard) => options.status?.(object, children, observed, standard) ?? {},
    unready: options.unready?.(object, children, observed),
    step: options.plan?.(object, children, observed),
    requeueAfter: options.requeueAfter?.(object, children, observed),
  };
}
