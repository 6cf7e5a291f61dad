import { contains, type FieldSet, identifies, isLeaf } from './managed-fields.js';

/** Of a JSON patch (RFC 6902): replaces what is there. */
export interface Operation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/**
 * What gives fields that we own, and that are there, other values. Undefined where more than that is needed. Items are told by their
 * place in `live`: it is for that very version of the object.
 *
 * @param fields ours
 * @param desired with the same fields
 */
export function editOf(fields: FieldSet, desired: unknown, live: unknown, path = ''): Operation[] | undefined {
  if (typeof desired !== 'object' || desired === null) {
    return contains(live, desired) ? [] : [{ op: 'add', path, value: desired }];
  }
  if (isLeaf(fields)) return contains(live, desired) ? [] : undefined;
  if (Array.isArray(desired)) return editOfList(fields, desired, live, path);
  const edits = Object.entries(desired).map(([name, value]) => {
    const inside = (live as Record<string, unknown> | undefined)?.[name];
    return editOf(fields[`f:${name}`] ?? {}, value, inside, `${path}/${pointer(name)}`);
  });
  return together(edits);
}

/** Other items, or another order of them, take an apply. */
function editOfList(fields: FieldSet, desired: readonly unknown[], live: unknown, path: string) {
  if (!Array.isArray(live)) return undefined;
  let last = -1;
  const edits = desired.map((item) => {
    const key = keyOf(fields, item) ?? '';
    const index = live.findIndex((candidate) => identifies(key, candidate));
    if (index <= last) return undefined;
    last = index;
    return key.startsWith('v:') ? [] : editOf(fields[key] ?? {}, item, live[index], `${path}/${index}`);
  });
  return together(edits);
}

/** Undefined where there is none, or more than one, as of a port that leaves out its protocol. */
function keyOf(fields: FieldSet, item: unknown): string | undefined {
  const [key, ...others] = Object.keys(fields).filter((candidate) => identifies(candidate, item));
  return others.length === 0 ? key : undefined;
}

function together(edits: readonly (Operation[] | undefined)[]): Operation[] | undefined {
  const all = edits.flatMap((edit) => edit ?? []);
  return edits.includes(undefined) ? undefined : all;
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
