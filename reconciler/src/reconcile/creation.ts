import { hash } from 'node:crypto';
import type { Entry, FieldSet } from './managed-fields.js';
import { content, type Desired } from './ownership.js';

/*
 * A child is created by POST, which costs the API server less than an apply that creates. Of a POST it records all fields, defaults included,
 * as an update, and from there no later apply removes them. So the POST has a field manager of its own, in whose name is which fields were
 * rendered. What renders the same ones has nothing to remove. Before the first apply that does not, what was created is handed over, as if it
 * had been applied: what is left out goes then, and defaults come back. See docs/children.md.
 */

/** The API server takes no longer name of a field manager. */
const longestManager = 128;
const separator = '-created-';
const digits = 12;

/** The field manager of the POST that creates a child of this shape. */
export function creatorOf(manager: string, shape: string): string {
  return prefixOf(manager) + shape;
}

/** Tells apart children that have other fields, and not those that have only other values. */
export function shapeOf(desired: Desired): string {
  const text = JSON.stringify([desired.apiVersion, shape(content(desired))]);
  return hash('sha256', text, 'hex').slice(0, digits);
}

/** The shape of what was created, if the entry is of a POST of ours. */
export function shapeIn({ manager: name = '', operation, subresource = '' }: Entry, manager: string) {
  const prefix = prefixOf(manager);
  const isCreation = operation === 'Update' && subresource === '' && name.startsWith(prefix);
  return isCreation && name.length === prefix.length + digits ? name.slice(prefix.length) : undefined;
}

/** The managedFields in which all that `manager` created counts as applied. Undefined if there is nothing of that. */
export function handOver(entries: readonly Entry[], manager: string): Entry[] | undefined {
  const created = entries.filter((entry) => shapeIn(entry, manager) !== undefined);
  const [first] = created;
  if (!first) return undefined;
  const applied = entries.filter((entry) => isApply(entry, manager));
  const others = entries.filter((entry) => !created.includes(entry) && !applied.includes(entry));
  const fieldsV1 = [...applied, ...created].map((entry) => entry.fieldsV1 ?? {}).reduce(union);
  return [...others, { ...first, manager, operation: 'Apply', fieldsV1 }];
}

/** Whether the entry is what `manager` has applied to the object itself. */
export function isApply(entry: Entry, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
}

function prefixOf(manager: string): string {
  return manager.slice(0, longestManager - separator.length - digits) + separator;
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value === null ? null : 0;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, shape(field)]);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const [left, right] = [asMember(a, b), asMember(b, a)];
  const added = Object.entries(right).map(([path, field]) => [path, left[path] ? union(left[path], field) : field]);
  return { ...left, ...Object.fromEntries(added) };
}

/** A set without anything in it says that the field itself is owned; beside what is in it, `.` says that. */
function asMember(fields: FieldSet, other: FieldSet): FieldSet {
  const isEmpty = (set: FieldSet) => Object.keys(set).length === 0;
  return isEmpty(fields) && !isEmpty(other) ? { '.': {} } : fields;
}
