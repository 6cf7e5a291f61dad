import type { Condition } from '../resource.js';
import { equal } from './equal.js';
import type { FieldSet } from './managed-fields.js';

/** The status of an object of any resource. */
export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

/**
 * Whether writing `next` would change nothing. Fields and conditions that others have added are not looked at.
 *
 * @param live what the object has
 * @param owned what we own of it: what is in there but not in `next` has to go
 */
export function isWritten(next: Status, live: Status, owned: FieldSet | undefined): boolean {
  const { conditions = [], ...fields } = next;
  const ownedFields = owned?.['f:status'] ?? {};
  return (
    sameValues(fields, live, names(ownedFields)) &&
    sameValues(byType(conditions), byType(live.conditions ?? []), conditionTypes(ownedFields['f:conditions'] ?? {}))
  );
}

function sameValues(next: object, live: object, owned: readonly string[]): boolean {
  const [wanted, found] = [next, live] as Record<string, unknown>[];
  const touched = new Set([...Object.keys(next), ...owned]);
  return [...touched].every((name) => equal(wanted?.[name], found?.[name]));
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
