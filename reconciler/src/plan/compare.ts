import type { KubernetesObject } from '../object.js';
import { parseQuantity } from '../quantity.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Paths of the fields that applying `rendered` would change of `live`, such as
 * `spec.template.spec.containers[web].image`. Only rendered fields are looked at, so what the API server fills in or
 * writes differently (`1000m` as `1`) is no change.
 */
export function compare(rendered: KubernetesObject, live: KubernetesObject): string[] {
  const { apiVersion: _version, kind: _kind, ...content } = encoded(rendered);
  return differences(content, live, '');
}

function differences(wanted: unknown, live: unknown, path: string): string[] {
  if (wanted === undefined || wanted === null || same(wanted, live, path)) return [];
  if (Array.isArray(wanted)) return inList(wanted, live, path);
  if (typeof wanted !== 'object') return [path];
  // What says nothing need not be kept, such as `resources: {}`.
  if (live === undefined && Object.keys(wanted).length === 0) return [];
  if (live !== undefined && (typeof live !== 'object' || live === null || Array.isArray(live))) return [path];
  if (live === undefined) return isEmpty(wanted) ? [] : [path];
  return Object.entries(wanted).flatMap(([name, field]) =>
    differences(field, (live as Fields)[name], path ? `${path}.${name}` : name),
  );
}

function inList(wanted: readonly unknown[], live: unknown, path: string): string[] {
  const items = Array.isArray(live) ? live : [];
  const named = [...wanted, ...items].every(hasName);
  if (!named && wanted.length !== items.length) return [path];
  const inside = wanted.flatMap((item, i) => {
    const { name = i } = named ? (item as { readonly name: string }) : {};
    return differences(item, named ? items.find((one) => one.name === name) : items[i], `${path}[${name}]`);
  });
  // Items of others stay: an apply leaves them.
  return inside;
}

function hasName(item: unknown): boolean {
  return typeof (item as { readonly name?: unknown } | null)?.name === 'string';
}

function same(wanted: unknown, live: unknown, path: string): boolean {
  if (wanted === live) return true;
  if (live === undefined) return wanted === '' || wanted === 0 || wanted === false;
  const isQuantity = /\b(requests|limits|capacity|hard|sizeLimit|default|defaultRequest|max|min)\b/.test(path);
  if (!isQuantity || typeof wanted === 'object' || typeof live === 'object') return false;
  const amount = parseQuantity(String(wanted));
  return amount !== undefined && amount === parseQuantity(String(live));
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return same(value, undefined, '') || value === null;
  return Object.values(value).every((inner) => inner === undefined || isEmpty(inner));
}

/** `stringData` as the API server stores it. */
function encoded(object: KubernetesObject): KubernetesObject {
  const { stringData, data, ...rest } = object as KubernetesObject &
    Record<'stringData' | 'data', Record<string, string>>;
  if (object.kind !== 'Secret' || !stringData) return object;
  const more = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { ...rest, data: { ...data, ...Object.fromEntries(more) } } as KubernetesObject;
}
