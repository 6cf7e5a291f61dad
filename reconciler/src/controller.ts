import type { ClusterReader, ClusterWriter } from './cluster.js';
import type { Kind } from './kind.js';
import type { KubernetesObject, Stored } from './object.js';
import type { CommonStatus, Condition, CustomResource, ObjectOf, Resource } from './resource.js';

/** What `observe`, `act` or `finalize` do beyond what `owns` and `reads` imply. */
export interface Permission {
  readonly kind: Kind;
  readonly verbs: readonly ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete')[];
  /** A subresource, such as `scale`. @default the objects themselves */
  readonly subresource?: string;
}

/** A kind whose objects are read though others own them. See `reading`. */
export interface ReadKind<T extends KubernetesObject = KubernetesObject, Parent = CustomResource<unknown, unknown>>
  extends Kind<T> {
  readonly labelSelector?: string;
  matches(object: Stored<T>, parent: Parent): boolean;
}

/**
 * A kind for `reads`: its objects are watched, a change of one reconciles the resources that it matches, `render` sees them, and `hold`,
 * `observe`, `status` and `plan` see them beside the children.
 *
 * @param matches whether `object`, of the same namespace if both are in one, concerns `parent`; called often, so it should be cheap. Or the key of a label
 * whose value is the parent's name
 * @param labelSelector limits what is kept in memory, such as `app.kubernetes.io/name=nacos`. @default objects with that label, else all
 */
export function reading<
  T extends KubernetesObject,
  Parent extends { readonly metadata: { readonly name: string } } = CustomResource<unknown, unknown>,
>(
  kind: Kind<T>,
  matches: string | ((object: Stored<T>, parent: Parent) => boolean),
  { labelSelector }: { readonly labelSelector?: string } = {},
): ReadKind<T, Parent> {
  if (typeof matches !== 'string') return { ...kind, matches, ...(labelSelector && { labelSelector }) };
  return {
    ...kind,
    labelSelector: labelSelector ?? matches,
    matches: (object, parent) => object.metadata.labels?.[matches] === parent.metadata.name,
  };
}

/** Kinds by the name under which a controller wants to see their objects. */
export type Kinds = Readonly<Record<string, Kind>>;
export type ReadKinds = Readonly<Record<string, ReadKind>>;

/** The objects of each kind that belong to one resource. */
export type Children<K extends Kinds> = {
  readonly [Name in keyof K]: readonly Stored<NonNullable<K[Name]['object']>>[];
};

/** A condition as a controller states it; the transition time is kept by the loop. */
export type ConditionStatement = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** What `status` returns: fields of the resource's status, and conditions that are added to `Ready`, `Reconciling` and `Stalled` or replace them. */
export type StatusOf<T> = Partial<Omit<NonNullable<T extends { status?: infer S } ? S : never>, keyof CommonStatus>> & {
  readonly conditions?: readonly ConditionStatement[];
};

/** An effect that a `plan` asks for. It is logged, and reported as an event with `type` as its reason. */
export interface Action {
  /** One word in CamelCase, such as `RestartMember`. */
  readonly type: string;
  /** The event's message. @default none */
  readonly message?: string;
  /** False where it is only logged as long as it succeeds: an object has 25 events at once, then one every five minutes. @default true */
  readonly event?: boolean;
}

/** An event about a resource, for whoever runs `kubectl describe`. */
export interface EventNote {
  /** @default Normal */
  readonly type?: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

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
  /** Aborted when the process stops or the pass takes too long (60 s). */
  readonly signal: AbortSignal;
  /**
   * The JSON that a server outside Kubernetes answers, such as a member's own API: to GET, or with a `body` to POST. Undefined where it
   * answers 404. Another answer that is not OK is an error with its words, and so is none within 5 s.
   */
  fetchJson<T>(url: string, body?: object): Promise<T | undefined>;
}

/** What `act` and `finalize` get. */
export type ActContext = ClusterWriter & ObserveContext;

/**
 * What a controller does. One pass is render → apply → observe → status → act, and the next one starts from what is really there.
 * All but `observe`, `act` and `finalize` are pure functions of their arguments.
 */
export interface ControllerOptions<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
> {
  /** Of logs, metrics and events; one process runs one controller of a name. @default the kind in lower case */
  readonly name?: string;
  /** The kinds that `render` returns, and no others: they are watched, put back, and removed when no longer rendered. */
  readonly owns: Owned;
  /** Kinds that are watched but not written. See `reading`. @default none */
  readonly reads?: Reads;
  /** What else roles must allow. @default nothing */
  readonly permissions?: readonly Permission[];
  /**
   * The whole desired set of children, in the order in which they are applied. A field that others own (replicas under an autoscaler)
   * is left out. Children without a namespace get the resource's.
   *
   * @param read objects of the kinds in `reads`. A rendered child that depends on one comes and goes with it
   */
  render(object: T, read: Children<Reads>): readonly KubernetesObject[];
  /**
   * Secrets that are made where there are none, and then left alone: passwords, which `render`, the same at each call, cannot make. Like
   * volumes they have no owner and outlive the object. The operator may get Secrets by name and create them, but not list them.
   * @default none
   */
  secrets?(object: T): readonly GeneratedSecret[];
  /**
   * Why `child` must wait before it is applied, or undefined. It delays and never removes: a child that is held back still counts as
   * desired when children that are no longer rendered are removed. @default nothing waits
   */
  hold?(child: KubernetesObject, object: T, children: Children<Owned & Reads>): string | undefined;
  /**
   * Whether the object has served its purpose, such as a task that ran to its end. It is then left alone for good, and so are its children:
   * what is removed by hand or after a time to live does not come back. Judge it by the status, where `status` has written it, and let no
   * rule allow the spec to change afterwards. @default never
   */
  done?(object: T): boolean;
  /** Facts from outside the caches. It must not write, and answers "unreachable" as a fact rather than by throwing. */
  observe?(object: T, children: Children<Owned & Reads>, context: ObserveContext): Promise<Observed>;
  /**
   * The status beyond `observedGeneration`, `Ready`, `Reconciling` and `Stalled`, which come by themselves. Not called while the object
   * is paused, nor where `observe` failed: then all that was stated before stays.
   *
   * @param standard the conditions that come by themselves, as they will be unless replaced
   */
  status?(
    object: T,
    children: Children<Owned & Reads>,
    observed: NoInfer<Observed>,
    standard?: readonly ConditionStatement[],
  ): StatusOf<T>;
  /**
   * What is missing though every child is ready, such as `3 of 5 members`: the object is `Reconciling` until nothing is. @default nothing:
   * an object is ready when its children are
   */
  unready?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): string | undefined;
  /** The next effect, at most one. */
  plan?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): A | undefined;
  /** Carries out what `plan` returned. Afterwards the object is reconciled again, within a second. */
  act?(action: NoInfer<A>, object: T, context: ActContext): Promise<void>;
  /** Events beside those on every transition of a condition. `object.status` is what was, `status` what is now. @default none */
  events?(object: T, status: NonNullable<T['status']>): readonly EventNote[];
  /** Seconds until the next pass if nothing changes. @default never: changes are enough */
  requeueAfter?(object: T, children: Children<Owned & Reads>, observed: NoInfer<Observed>): number | undefined;
  /**
   * Cleans up outside the cluster before the object goes; children go by themselves. With it, and only then, objects get a finalizer.
   * Throwing retries; a number asks to be called again after so many seconds.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns nothing is the usual case
  finalize?(object: T, context: ActContext): Promise<number | void>;
  /** Objects that are reconciled at the same time. @default 4 */
  readonly workers?: number;
}

/** A declared controller: `Operator` renders what it needs to run, `run` runs it, tests call its functions. */
export interface Controller<
  T extends CustomResource<unknown, unknown> = CustomResource<unknown, unknown>,
  Owned extends Kinds = Kinds,
  Reads extends ReadKinds = ReadKinds,
  Observed = unknown,
  A extends Action = Action,
> extends ControllerOptions<T, Owned, Reads, Observed, A> {
  /** @param read @default no objects of any kind */
  render(object: T, read?: Children<Reads>): readonly KubernetesObject[];
  readonly name: string;
  readonly resource: Resource;
  /** Of every write; identifies the fields that this controller owns. That of a creation goes on with what was created. */
  readonly fieldManager: string;
  /** Label of every child, by which the caches find them: `group/managed-by`, with the kind in lower case as its value. */
  readonly label: readonly [key: string, value: string];
}

/**
 * Declares a controller. Types flow from the schema: `render` and `status` see the object, `status` a typed array of children for each name in `owns`.
 * TypeScript infers from top to bottom, so write `observe` before what uses its facts and `plan` before `act`.
 */
export function controller<
  R extends Resource,
  Owned extends Kinds,
  Reads extends ReadKinds = Record<never, never>,
  Observed = undefined,
  A extends Action = never,
>(
  resource: R,
  options: ControllerOptions<ObjectOf<R>, Owned, Reads, Observed, A>,
): Controller<ObjectOf<R>, Owned, Reads, Observed, A> {
  const singular = resource.kind.toLowerCase();
  const nothing = Object.fromEntries(Object.keys(options.reads ?? {}).map((name) => [name, []]));
  return {
    ...options,
    render: (object, read = nothing as Children<Kinds> as Children<Reads>) => options.render(object, read),
    name: options.name ?? singular,
    resource,
    fieldManager: `${singular}.${resource.group}`,
    label: [`${resource.group}/managed-by`, singular],
  };
}
