import type { Controller } from '../controller.js';
import { TerminalError } from '../errors.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import { type FieldSet, owns } from './field-set.js';
import type { OwnedFields } from './managed-fields.js';
import {
  adoptionOf,
  asChild,
  content,
  controllerOf,
  type Desired,
  digestAnnotation,
  isOfFormer,
  isOurs,
} from './ownership.js';

/** What must happen to one desired child. */
export type Change =
  | { readonly do: 'create'; readonly desired: Desired }
  | { readonly do: 'update'; readonly desired: Desired; readonly live: Stored }
  /** The live object of that name has another owner. */
  | { readonly do: 'refuse'; readonly desired: Desired; readonly live: Stored }
  /** The object of that name is being deleted, or will be: its end brings the next reconciliation. */
  | { readonly do: 'wait'; readonly desired: Desired; readonly live: Stored; readonly because?: string };

/** The children as the caches know them. */
export interface Known {
  /** The live object of that name, of any owner. */
  find(child: KubernetesObject): Stored | undefined;
  /** What our field manager owns of it. */
  ownedFields(object: Stored): OwnedFields;
  /** Everything that has this owner as its controller. */
  ownedBy(owner: Stored): Iterable<Stored>;
}

/**
 * The desired set as it is applied, in order.
 *
 * @throws TerminalError if a child cannot be, or two are the same
 */
export function* desiredSet(
  controller: Controller,
  owner: Stored,
  rendered: readonly KubernetesObject[],
): Generator<Desired> {
  // Without types anything may come.
  if (!Array.isArray(rendered)) throw new TerminalError('InvalidChild', 'render returned no list of children');
  const seen = new Set<string>();
  for (const child of rendered as readonly KubernetesObject[]) {
    const desired = asChild(controller, owner, child);
    const id = idOf(desired);
    if (seen.has(id)) throw new TerminalError('InvalidChild', `render returned ${describeObject(desired)} twice`);
    seen.add(id);
    yield desired;
  }
}

/** What a desired child still needs, or undefined if it is as it should be. */
export function changeOf(controller: Controller, owner: Stored, desired: Desired, known: Known): Change | undefined {
  const live = known.find(desired);
  if (!live) return { do: 'create', desired };
  const owned = known.ownedFields(live);
  if (!isOurs(controller, owner, live, owned)) {
    if (adoptionOf(controller, owner, live)) return { do: 'create', desired };
    if (!isOfFormer(owner, live)) return { do: 'refuse', desired, live };
    const because = `waits for ${describeObject(live)} of the former ${describeObject(owner)} to be gone`;
    return { do: 'wait', desired, live, because };
  }
  if (live.metadata.deletionTimestamp) return { do: 'wait', desired, live };
  return isApplied(controller, desired, live, owned) ? undefined : { do: 'update', desired, live };
}

/** Children that are no longer desired and not yet being deleted. */
export function toPrune(owner: Stored, desired: readonly Desired[], known: Known): Stored[] {
  const wanted = new Set(desired.map(idOf));
  return [...known.ownedBy(owner)].filter(({ metadata, ...object }) => {
    return !metadata.deletionTimestamp && !wanted.has(idOf({ ...object, metadata }));
  });
}

function isApplied(controller: Controller, desired: Desired, live: Stored, { object: fields }: OwnedFields): boolean {
  const digest = digestAnnotation(controller);
  const applied = desired.metadata.annotations?.[digest];
  if (!fields || !applied || !controllerOf(live) || live.metadata.annotations?.[digest] !== applied) return false;
  return owns(fields, content(desired), () => live) || (appliedWith.get(fields)?.has(applied) ?? false);
}

/**
 * By field set, the digests of what was applied and left us with just that set. A field that a webhook takes out never
 * becomes ours: without a memory of that it would be applied again in every reconciliation.
 */
const appliedWith = new WeakMap<FieldSet, Set<string>>();

/** Remembers what the API server made of a child that was just applied. */
export function rememberApplied(
  controller: Controller,
  desired: Desired,
  live: Stored,
  { object: fields }: OwnedFields,
): void {
  const digest = desired.metadata.annotations?.[digestAnnotation(controller)];
  if (!fields || !digest || owns(fields, content(desired), () => live)) return;
  const known = appliedWith.get(fields);
  if (known) known.add(digest);
  else appliedWith.set(fields, new Set([digest]));
}

function idOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return [apiVersion, kind, metadata?.namespace, metadata?.name].join();
}
