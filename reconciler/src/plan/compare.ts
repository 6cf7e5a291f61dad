import { objectsIn } from '../client/json.js';
import { type Deep, deeply } from '../deeply.js';
import type { KubernetesObject } from '../object.js';
import { parseQuantity } from '../quantity.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Paths of the fields that applying `rendered` would change of `live`, such as
 * `spec.template.spec.containers[web].image`. Only rendered fields are looked at, so what the API server fills in or
 * writes differently (`1000m` as `1`) is no change.
 */
export function compare(rendered: KubernetesObject, live: KubernetesObject): string[] {
  return differences(contentOf(rendered), live, leftOut);
}

/**
 * Paths of the fields of which one rendering has what the other has not. A rendering has no defaults: `replicas: 0` is
 * another thing than no replicas, which the API server makes one.
 */
export function compareRenderings(one: KubernetesObject, other: KubernetesObject): string[] {
  const [first, second] = [contentOf(one), contentOf(other)];
  return [...new Set([...differences(first, second, nothing), ...differences(second, first, nothing)])];
}

/** Whether a value may be missing in what is live, though it is so. */
type MayBeMissing = (value: unknown) => boolean;

/** The API server leaves out what its Go types have anyway. */
const leftOut: MayBeMissing = (value) => value === '' || value === 0 || value === false;
const nothing: MayBeMissing = () => false;

function contentOf(object: KubernetesObject): object {
  const { apiVersion: _version, kind: _kind, ...content } = encoded(object);
  return content;
}

function differences(wanted: unknown, live: unknown, missing: MayBeMissing): string[] {
  return deeply(difference(wanted, live, '', missing));
}

function* difference(wanted: unknown, live: unknown, path: string, missing: MayBeMissing): Deep<string[]> {
  if (wanted === undefined || wanted === null || same(wanted, live, path, missing)) return [];
  if (Array.isArray(wanted)) return yield inList(wanted, live, path, missing);
  if (typeof wanted !== 'object') return [path];
  // What says nothing need not be kept, such as `resources: {}`.
  if (live === undefined) return isEmpty(wanted, missing) ? [] : [path];
  if (typeof live !== 'object' || live === null || Array.isArray(live)) return [path];
  const inside: string[][] = [];
  for (const [name, field] of Object.entries(wanted))
    inside.push(yield difference(field, (live as Fields)[name], path ? `${path}.${name}` : name, missing));
  return inside.flat();
}

function* inList(wanted: readonly unknown[], live: unknown, path: string, missing: MayBeMissing): Deep<string[]> {
  const items = Array.isArray(live) ? live : [];
  const named = [...wanted, ...items].every(hasName);
  if (!named && wanted.length !== items.length) return [path];
  const inside: string[][] = [];
  for (const [i, item] of wanted.entries()) {
    const { name = i } = named ? (item as { readonly name: string }) : {};
    const other = named ? items.find((one) => one.name === name) : items[i];
    inside.push(yield difference(item, other, `${path}[${name}]`, missing));
  }
  // Items of others stay: an apply leaves them. The order of ours is that of the apply.
  const order = (list: readonly unknown[], others: readonly unknown[]) =>
    namesOf(list).filter((name) => namesOf(others).includes(name));
  const reordered = named && order(wanted, items).join() !== order(items, wanted).join();
  return reordered ? [path, ...inside.flat()] : inside.flat();
}

function namesOf(items: readonly unknown[]): string[] {
  return items.map((item) => (item as { readonly name: string }).name);
}

function hasName(item: unknown): boolean {
  return typeof (item as { readonly name?: unknown } | null)?.name === 'string';
}

function same(wanted: unknown, live: unknown, path: string, missing: MayBeMissing): boolean {
  if (wanted === live) return true;
  if (live === undefined) return missing(wanted);
  if (typeof wanted === 'object' || typeof live === 'object') return false;
  const isQuantity =
    !/^(data|stringData)\b/.test(path) &&
    /\b(requests|limits|capacity|hard|sizeLimit|default|defaultRequest|max|min)\b/.test(path);
  if (!isQuantity) return false;
  const amount = parseQuantity(String(wanted));
  return amount !== undefined && amount === parseQuantity(String(live));
}

/** Whether there is nothing in it but what may be missing. */
function isEmpty(value: object, missing: MayBeMissing): boolean {
  for (const inside of objectsIn(value)) {
    const scalars = Object.values(inside).filter((field) => typeof field !== 'object');
    if (!scalars.every((field) => field === undefined || missing(field))) return false;
  }
  return true;
}

/** `stringData` as the API server stores it. */
function encoded(object: KubernetesObject): KubernetesObject {
  const { stringData, data, ...rest } = object as KubernetesObject &
    Record<'stringData' | 'data', Record<string, string>>;
  if (object.kind !== 'Secret' || !stringData) return object;
  const more = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { ...rest, data: { ...data, ...Object.fromEntries(more) } } as KubernetesObject;
}
