import type { ApiErrorCause } from '../client/api-error.js';
import { toJson } from '../client/json.js';
import { type Deep, deeply } from '../deeply.js';
import { type FieldSet, ListItems, union, without } from './field-set.js';
import { type Entry, isApply } from './managed-fields.js';
import type { Desired } from './ownership.js';

/*
 * To take a field over is to write into managedFields that we have applied it, as `kubectl apply --server-side` does
 * with what `kubectl apply` has left behind (client-go: util/csaupgrade). No value changes by that; the apply that
 * follows removes what is ours and not rendered, and writes what is rendered, at once.
 */

/** managedFields in which `taken` is what `manager` has applied, and no one else's. */
export function takeOver(entries: readonly Entry[], manager: string, apiVersion: string, taken: FieldSet): Entry[] {
  const others = entries.filter((entry) => !isApply(entry, manager));
  const left = others.map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1 ?? {}, taken) }));
  const ours = entries.find((entry) => isApply(entry, manager));
  const known = { manager, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1' };
  const fieldsV1 = union(ours?.fieldsV1 ?? {}, taken);
  return [...left.filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0), { ...known, ...ours, fieldsV1 }];
}

/**
 * managedFields in which an adopted object is ours but for what Kubernetes itself, subresources such as `scale`, and
 * `keeping` own. Of its metadata only labels and annotations are taken: a finalizer protects the one that set it.
 */
export function adopt(
  entries: readonly Entry[],
  manager: string,
  { apiVersion, kind: _kind, metadata: _metadata, ...live }: Desired,
  keeping: readonly string[],
): Entry[] {
  const stays = ({ manager: name = '', subresource }: Entry) =>
    subresource || name.startsWith('kube-') || keeping.includes(name);
  const [kept, taken] = [entries.filter(stays), entries.filter((entry) => !stays(entry))];
  // What no one is known to own, or under the names of another version, is taken as a whole.
  const known = taken.length > 0 && taken.every((entry) => entry.apiVersion === apiVersion);
  const content = [...Object.keys(live), 'metadata'].map((name) => [`f:${name}`, {}]);
  const {
    'f:metadata': metadata = {},
    'f:status': _,
    ...rest
  } = known ? taken.map(fieldsOf).reduce(union) : (Object.fromEntries(content) as FieldSet);
  const marks = ['f:labels', 'f:annotations'].map((name) => [name, known ? metadata[name] : {}]);
  const fieldsV1 = { ...rest, 'f:metadata': Object.fromEntries(marks.filter(([, fields]) => fields)) };
  return [...kept, { manager, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }];
}

function fieldsOf({ fieldsV1 = {} }: Entry): FieldSet {
  return fieldsV1;
}

/**
 * What an apply was refused for and can be without: a field that is there and not rendered, such as a default of the
 * value before, or an item of others that has, in the field that is named, the same value as one of ours. Undefined if
 * there is none.
 */
export function obstacles(
  causes: readonly ApiErrorCause[],
  desired: object,
  live: object,
  entries: readonly Entry[],
): FieldSet | undefined {
  const owned = entries.map(fieldsOf).reduce(union, {});
  const found = causes.flatMap(({ field = '' }) => deeply(obstacleAt(namesIn(field), 0, desired, live, owned)) ?? []);
  return found.length > 0 ? found.reduce(union) : undefined;
}

type Obstacle = FieldSet | undefined;

/** `spec`, `ports`, `1` and `name` of `spec.ports[1].name`; a key of a map is in brackets too. */
function namesIn(path: string): string[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[]+/g)].map(([part, inBrackets]) => inBrackets ?? part);
}

/** @param depth of the names, whose first ones are passed */
function* obstacleAt(
  names: readonly string[],
  depth: number,
  desired: unknown,
  live: unknown,
  owned: FieldSet = {},
): Deep<Obstacle> {
  const name = names[depth];
  if (name === undefined || live === undefined) return undefined;
  if (Array.isArray(live)) {
    const ours = Array.isArray(desired) ? desired : [];
    return yield obstaclesInList(names.slice(depth + 1), ours, live, owned);
  }
  if (at(live, [name]) === undefined) return undefined;
  if (at(desired, [name]) === undefined) return { [`f:${name}`]: {} };
  const found = yield obstacleAt(names, depth + 1, at(desired, [name]), at(live, [name]), owned[`f:${name}`]);
  return found && { [`f:${name}`]: found };
}

/**
 * The index that the API server names is that of a list with our items and those of others, which is nowhere to be
 * seen: all are looked at.
 */
function* obstaclesInList(
  inside: readonly string[],
  desired: readonly unknown[],
  live: readonly unknown[],
  owned: FieldSet,
): Deep<Obstacle> {
  const items = ListItems.of(owned);
  const ours = new Map(desired.map((item) => [items.find(item)[0]?.path, item]));
  const values = new Set(desired.map((item) => toJson(at(item, inside))));
  const found: [string, FieldSet][] = [];
  for (const item of live) {
    const [known] = items.find(item);
    if (!known) continue;
    const within = ours.has(known.path)
      ? yield obstacleAt(inside, 0, ours.get(known.path), item, known.fields)
      : inside.length > 0 && values.has(toJson(at(item, inside)))
        ? {}
        : undefined;
    if (within) found.push([known.path, within]);
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inside, name) => (inside as Record<string, unknown> | undefined | null)?.[name], value);
}
