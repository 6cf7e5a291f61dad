import { canonical } from '../render/canonical.js';

/** A field that is not what it was. */
export interface Difference {
  /** Such as `spec.resources.limits.memory` or `spec.template.spec.containers[nacos].image`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The fields in which two values differ, as deep as they go; items of lists are compared by their name. */
export function differences(from: unknown, to: unknown, path = ''): Difference[] {
  if (same(from, to)) return [];
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  if (!before || !after) return [{ path, from, to }];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    differences(
      before.get(name),
      after.get(name),
      name.startsWith('[') ? path + name : path ? `${path}.${name}` : name,
    ),
  );
}

function same(from: unknown, to: unknown): boolean {
  return canonical(from) === canonical(to);
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value).filter(([, inner]) => inner !== undefined));
  const names = value.map((item) => (item as { name?: unknown } | null)?.name);
  const named = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return named ? new Map(value.map((item: { name: string }) => [`[${item.name}]`, item])) : undefined;
}
