import type {
  Action,
  Children,
  ConditionStatement,
  Controller,
  Decision,
  EventNote,
  Kinds,
  RenderOptions,
  StatusOf,
} from '../controller.js';
import type { KubernetesObject } from '../object.js';
import type { CustomResource } from '../resource.js';
import type { Owner } from './owner.js';

/**
 * A decision as the engine carries it out: what comes before the writes, and what may look at the children once more
 * after them.
 */
export interface Deciding {
  readonly children: readonly KubernetesObject[];
  /** Why the child must wait, or undefined. */
  gate(child: KubernetesObject): string | undefined;
  /** The children once more, from the same input: the same, if the controller's function is pure. */
  again(): readonly KubernetesObject[];
  /** Called when the children are written. */
  conclude(): Conclusion;
}

export interface Conclusion {
  status(standard: readonly ConditionStatement[]): StatusOf<Owner>;
  step(): Action | undefined;
  events(): readonly EventNote[];
  /** Seconds. */
  requeueAfter(): number | undefined;
}

/** @param children as they are now */
export function startDeciding(
  { options, decide }: Controller,
  object: Owner,
  children: () => Children<Kinds>,
  observed: unknown,
): Deciding {
  if (options.render) return renderFirst(options as Small, object, children, observed);
  const before = children();
  const decision = decide(object, before, observed);
  const gates = new Map(decision.gates?.map(({ child, reason }) => [child, reason]));
  return {
    children: decision.children,
    gate: (child) => gates.get(child),
    again: () => decide(object, before, observed).children,
    conclude: () => conclusionOf(decision),
  };
}

/** What there is to say of an object with children that are not written: `render` is not asked for them. */
export function concludeUnwritten(
  { options, decide }: Controller,
  object: Owner,
  children: Children<Kinds>,
  observed: unknown,
): Conclusion {
  if (options.render) return smallConclusion(options as Small, object, children, observed);
  return conclusionOf(decide(object, children, observed));
}

function conclusionOf(decision: Decision<Owner, Action>): Conclusion {
  return {
    status: (standard) => decision.status?.(standard) ?? {},
    step: () => decision.step,
    events: () => decision.events ?? [],
    requeueAfter: () => decision.requeueAfter,
  };
}

type Small = RenderOptions<CustomResource<unknown, unknown>, Kinds, Record<never, never>, unknown, Action>;

/**
 * The answers of the API server show at once in what is concluded, so that a new object needs one status and not two.
 */
function renderFirst(small: Small, object: Owner, children: () => Children<Kinds>, observed: unknown): Deciding {
  const before = children();
  return {
    children: small.render(object, before),
    again: () => small.render(object, before),
    gate: (child) => small.gate?.(child, object, children()),
    conclude: () => smallConclusion(small, object, children(), observed),
  };
}

function smallConclusion(small: Small, object: Owner, now: Children<Kinds>, observed: unknown): Conclusion {
  return {
    status: (standard) => small.status?.(object, now, observed, standard) ?? {},
    step: () => small.plan?.(object, now, observed),
    events: () => [],
    requeueAfter: () => small.requeueAfter?.(object, now, observed),
  };
}
