import { type Deep, deeply } from './deeply.js';

type Values = Readonly<Record<string, unknown>>;

/** Two JSON values in one: `over` counts where both have something else than a map. */
export function merge(under: unknown, over: unknown): unknown {
  return deeply(merged(under, over));
}

function* merged(under: unknown, over: unknown): Deep<unknown> {
  if (over === undefined) return under;
  if (!isMap(under) || !isMap(over)) return over;
  const fields: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(over), ...Object.keys(under)]))
    fields.push([name, yield merged(at(under, name), at(over, name))]);
  return Object.fromEntries(fields);
}

export function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of a map; undefined where it has none, or is none. */
export function at(value: unknown, name: string): unknown {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
