import { toJson } from '../client/json.js';
import type { Stored } from '../object.js';
import { type FieldSet, union } from './field-set.js';

/** The fields that our field manager owns. */
export interface OwnedFields {
  /** By server-side apply. */
  readonly object?: FieldSet;
  /** However written. */
  readonly status?: FieldSet;
}

/** Of managedFields. */
export interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

export function entriesOf({ metadata }: Stored): readonly Entry[] {
  return (metadata.managedFields ?? []) as readonly Entry[];
}

/** Whether the entry is what `manager` has applied to the object itself. */
export function isApply(entry: Entry, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
}

/**
 * Takes managedFields off an object that was just parsed, and returns what `manager` owns. They are a third to a half
 * of its size.
 */
export function takeOwnedFields(object: Stored, manager: string, pool = new FieldSetPool()): OwnedFields {
  const entries = entriesOf(object);
  delete object.metadata.managedFields;
  const applied = entries.find((entry) => isApply(entry, manager))?.fieldsV1;
  const statuses = entries.filter((entry) => entry.manager === manager && entry.subresource === 'status');
  const [status, ...others] = statuses.flatMap((entry) => entry.fieldsV1 ?? []);
  return {
    object: applied && pool.share(applied),
    status: status && pool.share(others.reduce(union, status)),
  };
}

/** Of all different sets together: a set takes a dozen bytes for each. */
const mostCharacters = 1_000_000;

/** Objects that were rendered by the same code own the same fields: one copy is enough for all of them. */
export class FieldSetPool {
  private readonly shared = new Map<string, FieldSet>();
  private characters = 0;

  share(fields: FieldSet): FieldSet {
    const plain = withoutOwners(fields);
    const text = toJson(plain);
    const known = this.shared.get(text);
    if (known) return known;
    // Where the names of fields differ from object to object nothing is shared: then at least nothing piles up.
    if (this.characters + text.length > mostCharacters) this.clear();
    this.shared.set(text, plain);
    this.characters += text.length;
    return plain;
  }

  private clear(): void {
    this.shared.clear();
    this.characters = 0;
  }
}

/** Owner references are compared by themselves; their uids would make every field set a different one. */
function withoutOwners(fields: FieldSet): FieldSet {
  const { 'f:ownerReferences': _owners, ...metadata } = fields['f:metadata'] ?? {};
  return { ...fields, 'f:metadata': metadata };
}
