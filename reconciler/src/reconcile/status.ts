import { objectsIn, parseJson, toJson } from '../client/json.js';
import { equal } from '../equal.js';
import type { Condition } from '../resource.js';
import { isStandard } from './conditions.js';
import type { FieldSet } from './field-set.js';

/** The status of an object of any resource. */
export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

/**
 * The status that says `next`. Fields and conditions that others have added stay; those that `next` names are ours as a
 * whole.
 *
 * @param live what the object has
 * @param owned what we own of it: what is in there but not in `next` goes, as do standard conditions
 */
export function statusWith(next: Status, live: Status, owned: FieldSet | undefined): Status {
  const { conditions = [], ...fields } = next;
  const { conditions: liveConditions = [], ...liveFields } = live;
  const ownedFields = owned?.['f:status'] ?? {};
  const ownedTypes = conditionTypes(ownedFields['f:conditions'] ?? {});
  // Also where managedFields do not say so, such as in an object from a backup.
  const standard = liveConditions.map(({ type }) => type).filter(isStandard);
  const merged = merge(byType(conditions), byType(liveConditions), [...ownedTypes, ...standard]);
  return { ...merge(fields, liveFields, names(ownedFields)), conditions: Object.values(merged) as Condition[] };
}

/** Whether writing `next` would change nothing. */
export function isWritten(next: Status, live: Status, owned: FieldSet | undefined): boolean {
  const [wanted, there] = [statusWith(next, live, owned), { ...live, conditions: live.conditions ?? [] }];
  return equal(wanted, there) || equal(asKept(wanted), asKept(there));
}

/** As the API server keeps it: a date is a text, and null is nothing. */
function asKept(status: Status): unknown {
  const kept = parseJson(toJson(status));
  for (const inside of objectsIn(kept)) {
    if (Array.isArray(inside)) continue;
    for (const [name, field] of Object.entries(inside)) if (field === null) delete inside[name];
  }
  return kept;
}

function merge(next: object, live: object, owned: readonly string[]): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...live };
  for (const name of owned) if (!Object.hasOwn(next, name)) delete merged[name];
  return { ...merged, ...next };
}

function byType(conditions: readonly Condition[]): object {
  return Object.fromEntries(conditions.map((condition) => [condition.type, condition]));
}

function names(fields: FieldSet): string[] {
  const own = Object.keys(fields).filter((path) => path.startsWith('f:'));
  return own.map((path) => path.slice(2)).filter((name) => name !== 'conditions');
}

function conditionTypes(fields: FieldSet): string[] {
  const items = Object.keys(fields).filter((path) => path.startsWith('k:'));
  return items.map((path) => (JSON.parse(path.slice(2)) as { type: string }).type);
}
