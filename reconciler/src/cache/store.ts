import { equal } from '../equal.js';
import type { Stored } from '../object.js';
import { FieldSetPool, type OwnedFields, takeOwnedFields } from '../reconcile/managed-fields.js';
import { controllerOf } from '../reconcile/ownership.js';

/**
 * Called with every change: `before` or `after` is undefined for what came or went. `initial` is true for what the
 * first list brought.
 */
export type Listener = (before: Stored | undefined, after: Stored | undefined, initial: boolean) => void;

const nothingOwned: OwnedFields = {};

/** Copies of the objects of one kind, by name and by owner; frozen, since all reconciliations read the same ones. */
export class Store {
  /** Of namespaces, of names. Objects in no namespace are in ''. */
  private readonly namespaces = new Map<string, Map<string, Stored>>();
  /** By uid, in the order of their names. */
  private readonly byOwner = new Map<string, Stored[]>();
  private readonly owned = new WeakMap<Stored, OwnedFields>();
  private readonly listeners: Listener[] = [];

  /** @param manager field manager; its fields are remembered */
  constructor(
    private readonly manager: string,
    private readonly pool = new FieldSetPool(),
  ) {}

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  get(name: string, namespace = ''): Stored | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  /** @param namespace one only. @default all */
  *list(namespace?: string): IterableIterator<Stored> {
    const spaces = namespace === undefined ? this.namespaces.values() : [this.namespaces.get(namespace) ?? new Map()];
    for (const objects of spaces) yield* objects.values();
  }

  /** Objects of the controller with this uid, in the order of their names: a new list. */
  ownedBy(uid: string): Stored[] {
    return this.byOwner.get(uid)?.slice() ?? [];
  }

  /** What our field manager owns of an object from this store. */
  ownedFields(object: Stored): OwnedFields {
    return this.owned.get(object) ?? nothingOwned;
  }

  /**
   * Takes an object as the API server sent it, unless a later version is known. Returns the one that is kept.
   *
   * @param restored versions start over, as with a backup, or came without fields: whatever is known is older
   */
  put(object: Stored, { initial = false, restored = false } = {}): Stored {
    const before = this.get(object.metadata.name, object.metadata.namespace);
    const isKnown = before && !isNewer(object.metadata.resourceVersion, before.metadata.resourceVersion);
    if (isKnown && !restored) return before;
    this.owned.set(object, takeOwnedFields(object, this.manager, this.pool));
    if (before) this.unlink(before);
    this.link(freeze(object));
    if (!before || changed(before, object) || this.lostFields(before, object)) this.report(before, object, initial);
    return object;
  }

  /** Shows an object as on its way out, before the watch does. */
  markDeleted({ metadata }: Stored): void {
    const before = this.get(metadata.name, metadata.namespace);
    if (before?.metadata.uid !== metadata.uid || before.metadata.deletionTimestamp) return;
    const after = freeze({
      ...before,
      metadata: { ...before.metadata, deletionTimestamp: new Date().toISOString() },
    });
    this.owned.set(after, this.ownedFields(before));
    this.unlink(before);
    this.link(after);
    this.report(before, after, false);
  }

  /** Forgets an object, unless a later one of its name is known. */
  remove({ metadata }: Stored): void {
    const before = this.get(metadata.name, metadata.namespace);
    if (!before) return;
    if (before.metadata.uid !== metadata.uid && isNewer(before.metadata.resourceVersion, metadata.resourceVersion))
      return;
    this.unlink(before);
    this.report(before, undefined, false);
  }

  /** Ownership moves without a change of the object when another manager sets a field to the same value, by force. */
  private lostFields(before: Stored, after: Stored): boolean {
    return this.ownedFields(before).object !== this.ownedFields(after).object;
  }

  private link(object: Stored): void {
    const { name, namespace = '' } = object.metadata;
    const objects = this.namespaces.get(namespace) ?? new Map<string, Stored>();
    this.namespaces.set(namespace, objects.set(name, object));
    const owner = controllerOf(object)?.uid;
    if (!owner) return;
    const siblings = this.byOwner.get(owner);
    if (siblings) siblings.splice(placeOf(object, siblings), 0, object);
    else this.byOwner.set(owner, [object]);
  }

  private unlink(object: Stored): void {
    const { name, namespace = '' } = object.metadata;
    const objects = this.namespaces.get(namespace);
    objects?.delete(name);
    if (objects?.size === 0) this.namespaces.delete(namespace);
    const owner = controllerOf(object)?.uid;
    const siblings = owner && this.byOwner.get(owner);
    if (!siblings) return;
    siblings.splice(placeOf(object, siblings), 1);
    if (siblings.length === 0) this.byOwner.delete(owner);
  }

  private report(before: Stored | undefined, after: Stored | undefined, initial: boolean): void {
    for (const listener of this.listeners) listener(before, after, initial);
  }
}

/**
 * Pods `web-9` and `web-10` in that order would need more; the same order every time is enough, in several namespaces
 * too.
 */
export function byName({ metadata: a }: Stored, { metadata: b }: Stored): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.namespace === b.namespace) return 0;
  return (a.namespace ?? '') < (b.namespace ?? '') ? -1 : 1;
}

/** Where an object is in a list that is in order, or would be. */
function placeOf(object: Stored, list: readonly Stored[]): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (byName(list[middle]!, object) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * Freezes JSON deeply, so that no caller can change what others read: an attempt throws in strict code. Not by
 * recursion: the API server takes objects that are nested deeper than the stack is.
 */
export function freeze<T>(value: T): T {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) left.push(inner);
  }
  return value;
}

/**
 * Whether the step from one version of an object to the next may call for other actions. A new resource version alone
 * does not: before Kubernetes 1.25 applying what is there already gave StatefulSets and Secrets one (measured), which
 * would go on for ever.
 */
export function changed(before: Stored, after: Stored): boolean {
  if (before.metadata.resourceVersion === after.metadata.resourceVersion) return false;
  return !equal(withoutVersion(before), withoutVersion(after));
}

/** Whether everything else is as it was before. */
export function isOnlyStatus(before: Stored | undefined, after: Stored): boolean {
  return before !== undefined && equal(withoutStatus(before), withoutStatus(after));
}

function withoutStatus(object: Stored): object {
  return { ...withoutVersion(object), status: undefined };
}

function withoutVersion(object: Stored): object {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '', managedFields: undefined } };
}

/** Whether `a` is a later version than `b`. Versions of one resource are decimal numbers that only grow (KEP-5504). */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
