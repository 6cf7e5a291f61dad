import { parseJson, toJson } from '../client/json.js';
import { type Deep, deeply } from '../deeply.js';

/**
 * `fieldsV1` of an entry in managedFields: `f:name` is a field, `k:{…}` an item of a list by its keys, `v:…` an item by
 * its value.
 */
export interface FieldSet {
  readonly [path: string]: FieldSet;
}

/**
 * Whether every field of `applied` is in `fields`. With server-side apply that says more than a look at the values
 * could: a field that others set to another value, or remove, leaves the set of its former owner, while a value that
 * the API server only writes differently (`1000m` as `1`) stays in it.
 *
 * @param live asked for where ownership does not show it: a list that is rendered without items is recorded only if it
 * is owned as a whole
 */
export function owns(fields: FieldSet, applied: unknown, live: () => unknown): boolean {
  const left: Compared[] = [{ fields, applied, place: { live } }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { fields, applied, place } = next;
    if (typeof applied !== 'object' || applied === null || isWhole(fields)) continue;
    if (Array.isArray(applied)) {
      if (!ownsItems(fields, applied, place)) return false;
      continue;
    }
    for (const [name, value] of Object.entries(applied)) {
      if (value === undefined || value === null) continue;
      const field = fields[`f:${name}`];
      const inside = { of: place, name };
      if (field) left.push({ fields: field, applied: value, place: inside });
      else if (!isEmptyList(value) || !isEmptyList(valueAt(inside) ?? [])) return false;
    }
  }
  return true;
}

/** What is still to be compared. Not by recursion but in lists, whose schemas have an end: maps may be of any depth. */
interface Compared {
  readonly fields: FieldSet;
  readonly applied: unknown;
  readonly place: Place;
}

/** Where a value is: all of an object or item, or a field of something else. */
type Place = { readonly live: () => unknown } | { readonly of: Place; readonly name: string };

type Fields = Readonly<Record<string, unknown>>;

function valueAt(place: Place): unknown {
  const names: string[] = [];
  let at = place;
  for (; 'of' in at; at = at.of) names.push(at.name);
  return names.reduceRight<unknown>((value, name) => (value as Fields | undefined)?.[name], at.live());
}

function ownsItems(fields: FieldSet, applied: readonly unknown[], place: Place): boolean {
  const items = ListItems.of(fields);
  // Two items with the same key are one to their owner: an apply would refuse them.
  if (items.size < applied.length) return false;
  return applied.every((item) =>
    items.find(item).some((found) => owns(found.fields, item, () => items.among(valueAt(place), found.path))),
  );
}

/** Whether something of what is applied is in `fields`. */
export function overlaps(fields: FieldSet, applied: unknown): boolean {
  const left = [{ fields, applied }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { fields, applied } = next;
    if (applied === undefined || applied === null) continue;
    if (typeof applied !== 'object' || isWhole(fields)) return true;
    if (Array.isArray(applied)) {
      const items = ListItems.of(fields);
      for (const item of applied)
        for (const found of items.find(item)) left.push({ fields: found.fields, applied: item });
      continue;
    }
    for (const [name, value] of Object.entries(applied)) {
      const field = fields[`f:${name}`];
      if (field) left.push({ fields: field, applied: value });
    }
  }
  return false;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A field that is owned as a whole, such as a list of items without keys. */
export function isWhole(fields: FieldSet): boolean {
  for (const path in fields) if (path !== '.') return false;
  return true;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const all: Record<string, FieldSet> = {};
  const left = [{ one: a, other: b, into: all }];
  for (let next = left.pop(); next; next = left.pop()) {
    const [one, other] = [asMember(next.one, next.other), asMember(next.other, next.one)];
    Object.assign(next.into, one, other);
    for (const path in other) {
      if (!one[path]) continue;
      const into = {};
      next.into[path] = into;
      left.push({ one: one[path], other: other[path]!, into });
    }
  }
  return all;
}

/** A set without anything in it says that the field itself is owned; beside what is in it, `.` says that. */
function asMember(fields: FieldSet, other: FieldSet): FieldSet {
  const isEmpty = (set: FieldSet) => Object.keys(set).length === 0;
  return isEmpty(fields) && !isEmpty(other) ? { '.': {} } : fields;
}

/** What is in `fields` and not in `taken`. */
export function without(fields: FieldSet, taken: FieldSet): FieldSet {
  return deeply(leftOf(fields, taken));
}

function* leftOf(fields: FieldSet, taken: FieldSet): Deep<FieldSet> {
  const left: [string, FieldSet][] = [];
  for (const [path, inside] of Object.entries(fields)) {
    const part = taken[path];
    if (!part || (isWhole(inside) && !isWhole(part))) left.push([path, inside]);
    else if (!isWhole(part)) {
      const rest = yield leftOf(inside, part);
      if (Object.keys(rest).length > 0) left.push([path, rest]);
    }
  }
  return Object.fromEntries(left);
}

/** An item of a list in a field set. */
interface ListItem {
  /** Such as `k:{"name":"web"}` or `v:"a"`. */
  readonly path: string;
  readonly fields: FieldSet;
}

type Keys = Readonly<Record<string, unknown>>;

/**
 * The items of a list in a field set, found by their keys: each is parsed once, and no item is compared with all
 * others.
 */
export class ListItems {
  private static readonly known = new WeakMap<FieldSet, ListItems>();

  static of(fields: FieldSet): ListItems {
    const known = ListItems.known.get(fields);
    if (known) return known;
    const items = new ListItems(fields);
    ListItems.known.set(fields, items);
    return items;
  }

  private readonly byValue = new Map<string, ListItem[]>();
  private readonly keyed: { readonly item: ListItem; readonly keys: Keys }[] = [];
  private readonly names: readonly string[];
  /** By the names of the keys that an item has, and their values. */
  private readonly byKeys = new Map<string, Map<string, ListItem[]>>();

  /** The live list that was looked at last. */
  private looked: { readonly list: unknown; readonly byPath: ReadonlyMap<string | undefined, unknown> } | undefined;

  private constructor(fields: FieldSet) {
    for (const [path, inside] of Object.entries(fields)) {
      const item = { path, fields: inside };
      if (path.startsWith('v:')) this.byValue.set(toJson(parseJson(path.slice(2))), [item]);
      if (path.startsWith('k:')) this.keyed.push({ item, keys: parseJson(path.slice(2)) as Keys });
    }
    this.names = [...new Set(this.keyed.flatMap(({ keys }) => Object.keys(keys)))];
  }

  get size(): number {
    return this.byValue.size + this.keyed.length;
  }

  /** More than one where the item leaves out a key, such as the protocol of a port, which then has its default. */
  find(item: unknown): readonly ListItem[] {
    if (typeof item !== 'object' || item === null) return this.byValue.get(toJson(item)) ?? [];
    const names = this.names.filter((name) => (item as Keys)[name] !== undefined);
    return this.by(names).get(signature(item as Keys, names)) ?? this.byValue.get(toJson(item)) ?? [];
  }

  /** The item of a live list that a path is of. */
  among(list: unknown, path: string): unknown {
    if (!Array.isArray(list)) return undefined;
    if (this.looked?.list !== list) {
      this.looked = { list, byPath: new Map(list.map((item) => [this.find(item)[0]?.path, item])) };
    }
    return this.looked.byPath.get(path);
  }

  private by(names: readonly string[]): Map<string, ListItem[]> {
    const known = this.byKeys.get(names.join());
    if (known) return known;
    const found = new Map<string, ListItem[]>();
    for (const { item, keys } of this.keyed) {
      const values = signature(keys, names);
      const same = found.get(values);
      if (same) same.push(item);
      else found.set(values, [item]);
    }
    this.byKeys.set(names.join(), found);
    return found;
  }
}

function signature(values: Keys, names: readonly string[]): string {
  const [only] = names.length === 1 ? names.map((name) => values[name]) : [];
  return typeof only === 'string' ? only : toJson(names.map((name) => values[name]));
}
