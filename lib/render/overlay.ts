type Json = Record<string, unknown>;

/** Fields that are one of several kinds: merged, a probe would have two handlers and a volume two sources. */
const replacedWhole: ReadonlySet<string> = new Set([
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'env',
  'volumes',
]);

/**
 * Lays one object over another: objects merge, lists merge by the key of their items, anything else is replaced,
 * and null takes away. That is what `kubectl patch` does with a pod, short of its rarer list keys.
 */
export function overlay<T extends object>(base: T, over: object): T {
  const result: Json = { ...(base as Json) };
  for (const [name, value] of Object.entries(over)) {
    if (value === null) delete result[name];
    else result[name] = merged(name, result[name], value);
  }
  return result as T;
}

function merged(name: string, base: unknown, over: unknown): unknown {
  const key =
    isList(base) && isList(over) ? keys.find((one) => [...base, ...over].every((item) => one(item))) : undefined;
  if (key) return mergedLists(base as Json[], over as Json[], key, replacedWhole.has(name));
  if (Array.isArray(over)) return over.map((item) => (isObject(item) ? overlay({}, item) : item));
  return isObject(over) ? overlay(isObject(base) && !replacedWhole.has(name) ? base : {}, over) : over;
}

function mergedLists(base: readonly Json[], over: readonly Json[], key: Key, whole: boolean): Json[] {
  const later = new Map(over.map((item) => [key(item), item]));
  const kept = base.map((item) => {
    const other = later.get(key(item));
    later.delete(key(item));
    return other ? overlay(whole ? {} : item, other) : item;
  });
  return [...kept, ...[...later.values()].map((item) => overlay({}, item))];
}

type Key = (item: Json) => string | undefined;

/** Keys of the items of a list, as in k8s.io/api/core/v1/types.go (patchMergeKey). */
const keys: readonly Key[] = [
  ({ mountPath }) => text(mountPath),
  ({ containerPort, protocol = 'TCP' }) => (containerPort === undefined ? undefined : `${containerPort}/${protocol}`),
  ({ name }) => text(name),
];

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is Json[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}
