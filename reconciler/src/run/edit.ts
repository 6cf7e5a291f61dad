import { contains, type FieldSet, identifies, isLeaf } from './managed-fields.js';

/** Of a JSON patch (RFC 6902). */
export interface Operation {
  /** `add` replaces what is there. */
  readonly op: 'test' | 'add';
  readonly path: string;
  readonly value: unknown;
}

/**
 * What gives fields that we own, and that are there, other values. Undefined where more than that is needed.
 *
 * @param fields ours
 * @param desired with the same fields
 */
export function editOf(fields: FieldSet, desired: unknown, live: unknown, path = ''): Operation[] | undefined {
  if (typeof desired !== 'object' || desired === null) {
    return contains(live, desired) ? [] : [{ op: 'add', path, value: desired }];
  }
  if (isLeaf(fields)) return contains(live, desired) ? [] : undefined;
  if (Array.isArray(desired)) return together(desired.map((item) => editOfItem(fields, item, live, path)));
  const edits = Object.entries(desired).map(([name, value]) => {
    const inside = (live as Record<string, unknown> | undefined)?.[name];
    return editOf(fields[`f:${name}`] ?? {}, value, inside, `${path}/${pointer(name)}`);
  });
  return together(edits);
}

/** Items move when others add some: what identifies this one is tested. */
function editOfItem(fields: FieldSet, item: unknown, live: unknown, path: string): Operation[] | undefined {
  const key = Object.keys(fields).find((candidate) => identifies(candidate, item));
  if (!key || !Array.isArray(live)) return undefined;
  if (key.startsWith('v:')) return [];
  const index = live.findIndex((candidate) => identifies(key, candidate));
  const edit = editOf(fields[key] ?? {}, item, live[index], `${path}/${index}`);
  if (index < 0 || !edit?.length) return index < 0 ? undefined : edit;
  const keys = Object.entries(JSON.parse(key.slice(2)));
  const tests = keys.map(
    ([name, value]) => ({ op: 'test', path: `${path}/${index}/${pointer(name)}`, value }) as const,
  );
  return [...tests, ...edit];
}

function together(edits: readonly (Operation[] | undefined)[]): Operation[] | undefined {
  const all = edits.flatMap((edit) => edit ?? []);
  return edits.includes(undefined) ? undefined : all;
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
