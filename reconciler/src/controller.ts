import type {
  CommonOptions,
  ControllerOptions,
  DecideOptions,
  RenderOptions,
  StatusIsThere,
} from './controller-options.js';
import type { Action, Decision, StatusOf } from './decision.js';
import type { KubernetesObject } from './object.js';
import type { Children, Kinds, ReadKinds } from './reading.js';
import type { CustomResource, ObjectOf, Resource } from './resource.js';

export type { ActContext, ObserveContext } from './context.js';
export type {
  CommonOptions,
  ControllerOptions,
  DecideOptions,
  Permission,
  RenderOptions,
} from './controller-options.js';
export type { Action, ConditionStatement, Decision, Effect, EventNote, Gate, StatusOf } from './decision.js';
export { type Child, type Children, type Kinds, type ReadKind, type ReadKinds, reading } from './reading.js';

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
 * @throws Error where a name is in both `owns` and `reads`, a kind in two versions in `owns`, or `workers` is no number
 * of workers
 */
export function controller<
  R extends Resource,
  Owned extends Kinds,
  Reads extends ReadKinds<ObjectOf<R>> = Record<never, never>,
  Observed = undefined,
  A extends Action = never,
  Stated extends StatusOf<ObjectOf<R>> = never,
  Made extends readonly KubernetesObject[] = never,
>(
  resource: R,
  options:
    | DecideOptions<ObjectOf<R>, Owned, Reads, Observed, A, Stated, Made>
    | (RenderOptions<ObjectOf<R>, Owned, Reads, Observed, A, Stated, Made> &
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
  const kinds = new Map<string, string>();
  for (const kind of Object.values(owns)) {
    const version = kinds.get(`${kind.plural}.${kind.group}`) ?? kind.version;
    kinds.set(`${kind.plural}.${kind.group}`, version);
    // Each would take what is rendered of the other for what is not rendered any more.
    if (version !== kind.version) fail(`owns has ${kind.kind} in ${version} and in ${kind.version}: keep one version`);
  }
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
    step: options.plan?.(object, children, observed),
    requeueAfter: options.requeueAfter?.(object, children, observed),
  };
}
