type Json = Record<string, unknown>;

/**
 * Lays one object over another: objects merge, lists whose items have a name merge by it, anything else is replaced.
 * That is what `kubectl patch` does with a pod, short of its rarer list keys.
 */
export function overlay<T extends object>(base: T, over: object): T {
  const result: Json = { ...(base as Json) };
  for (const [key, value] of Object.entries(over)) result[key] = merged(result[key], value);
  return result as T;
}

function merged(base: unknown, over: unknown): unknown {
  if (named(base) && named(over)) {
    const extra = over.filter(({ name }) => !base.some((item) => item.name === name));
    return [...base.map((item) => overlay(item, over.find(({ name }) => name === item.name) ?? {})), ...extra];
  }
  return isObject(base) && isObject(over) ? overlay(base, over) : over;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(value: unknown): value is (Json & { readonly name: string })[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => isObject(item) && typeof item.name === 'string')
  );
}
