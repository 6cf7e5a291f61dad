import type { Stored } from '../object.js';
import { isApply, shapeIn, union } from './creation.js';

/** `fieldsV1` of an entry in managedFields: `f:name` is a field, `k:{…}` an item of a list by its keys, `v:…` an item by its value. */
export interface FieldSet {
  readonly [path: string]: FieldSet;
}

/** The fields that our field manager owns: by server-side apply, or as long as nothing was applied, by having created the object. */
export interface OwnedFields {
  readonly object?: FieldSet;
  /** However written. */
  readonly status?: FieldSet;
  /** The shape of what was created, where fields are still owned by that. */
  readonly created?: string;
  /** Nothing was applied yet: `object` is what was created. */
  readonly onlyCreated?: boolean;
}

/** Of managedFields. */
export interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** Takes managedFields off an object that was just parsed, and returns what `manager` owns. They are a third to a half of its size. */
export function takeOwnedFields(object: Stored, manager: string, pool = new FieldSetPool()): OwnedFields {
  const entries = (object.metadata.managedFields ?? []) as readonly Entry[];
  delete object.metadata.managedFields;
  const creation = entries.find((entry) => shapeIn(entry, manager) !== undefined);
  const applied = entries.find((entry) => isApply(entry, manager));
  const statuses = entries.filter((entry) => entry.manager === manager && entry.subresource === 'status');
  const fields = (sets: readonly (Entry | undefined)[]) => {
    const [first, ...others] = sets.flatMap((entry) => entry?.fieldsV1 ?? []);
    return first && pool.share(others.reduce(union, first));
  };
  return {
    object: fields([applied ?? creation]),
    status: fields(statuses),
    ...(creation && { created: shapeIn(creation, manager), onlyCreated: !applied }),
  };
}

/** Objects that were rendered by the same code own the same fields: one copy is enough for all of them. */
export class FieldSetPool {
  private readonly shared = new Map<string, FieldSet>();

  share(fields: FieldSet): FieldSet {
    const plain = withoutOwners(fields);
    const text = JSON.stringify(plain);
    const known = this.shared.get(text);
    if (known) return known;
    // Where the names of fields differ from object to object nothing is shared: then at least nothing piles up.
    if (this.shared.size >= 1000) this.shared.clear();
    this.shared.set(text, plain);
    return plain;
  }
}

/** Owner references are compared by themselves; their uids would make every field set a different one. */
function withoutOwners(fields: FieldSet): FieldSet {
  const { 'f:ownerReferences': _owners, ...metadata } = fields['f:metadata'] ?? {};
  return { ...fields, 'f:metadata': metadata };
}

/**
 * Whether every field of `applied` is in `fields`. With server-side apply that says more than a look at the values could: a field
 * that somebody else sets to another value, or removes, leaves the set of its former owner, while a value that the API server
 * only writes differently (`1000m` as `1`) stays in it.
 */
export function owns(fields: FieldSet, applied: unknown): boolean {
  if (applied === undefined || applied === null) return true;
  if (isLeaf(fields) || typeof applied !== 'object') return true;
  if (Array.isArray(applied))
    return countItems(fields) >= applied.length && applied.every((item) => ownsItem(fields, item));
  return Object.entries(applied).every(([name, value]) => {
    if (value === undefined || value === null) return true;
    const field = fields[`f:${name}`];
    return field !== undefined && owns(field, value);
  });
}

/**
 * Whether what was created and is owned as a whole is still there. A creation owns a list or a map besides what is in it: once others have
 * taken all of that, it looks like one that is owned as a whole, such as a list whose items have no keys.
 */
export function holds(fields: FieldSet, created: unknown, live: unknown): boolean {
  if (typeof created !== 'object' || created === null) return true;
  if (isLeaf(fields)) return contains(live, created);
  if (Array.isArray(created)) return created.every((item) => holdsItem(fields, item, live));
  return Object.entries(created).every(([name, value]) => holds(fields[`f:${name}`] ?? {}, value, at(live, name)));
}

function holdsItem(fields: FieldSet, item: unknown, live: unknown): boolean {
  const path = Object.keys(fields).find((candidate) => identifies(candidate, item));
  if (!path?.startsWith('k:') || !Array.isArray(live)) return true;
  return holds(
    fields[path] ?? {},
    item,
    live.find((candidate) => identifies(path, candidate)),
  );
}

/** The API server may have added defaults, but no items. */
export function contains(live: unknown, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === live || value === null || value === undefined;
  if (Array.isArray(value) && value.length !== at(live, 'length')) return false;
  return Object.entries(value).every(([name, field]) => contains(at(live, name), field));
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Items with the same key are one to their owner: an apply would refuse them. */
function countItems(fields: FieldSet): number {
  let count = 0;
  for (const path in fields) if (path !== '.') count++;
  return count;
}

function ownsItem(fields: FieldSet, item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return fields[`v:${JSON.stringify(item)}`] !== undefined;
  return Object.entries(fields).some(
    ([path, field]) => identifies(path, item) && (!path.startsWith('k:') || owns(field, item)),
  );
}

/** Whether the path in a field set is that of a list's item. */
export function identifies(path: string, item: unknown): boolean {
  if (path.startsWith('v:')) return path === `v:${JSON.stringify(item)}`;
  return path.startsWith('k:') && typeof item === 'object' && item !== null && hasKeys(item, path.slice(2));
}

/** A key that the item leaves out has its default, such as the protocol of a port. */
function hasKeys(item: object, keys: string): boolean {
  const values = item as Record<string, unknown>;
  return Object.entries(JSON.parse(keys)).every(
    ([name, value]) => values[name] === undefined || values[name] === value,
  );
}

/** A field that is owned as a whole. */
export function isLeaf(fields: FieldSet): boolean {
  for (const path in fields) if (path !== '.') return false;
  return true;
}
