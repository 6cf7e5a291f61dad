import { differing, digestOf, type Item, type Unknown } from './item.js';
import { pooled } from './pool.js';
import type { Progress } from './progress.js';
import { atOnce } from './server/client.js';
import type { Source } from './source.js';

/** What two places have differently; each with the names of items, in their order. */
export interface Comparison {
  readonly same: number;
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
  readonly different: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

/** Fields that one of two places does not know. */
export function unknownTo(...sources: readonly Source[]): Unknown {
  return [...new Set(sources.flatMap(({ origin }) => origin.unknown))];
}

/**
 * Compares two servers, or a server and an archive, by reading both whole; in memory there are digests only, and what
 * differs.
 *
 * @throws DataError if one of them fails
 */
export async function compareData(left: Source, right: Source, progress: Progress): Promise<Comparison> {
  const unknown = unknownTo(left, right);
  const digests = new Map<string, string>();
  await each(left, (item, name) => {
    digests.set(name, digestOf(item, unknown));
    progress({ what: 'read', name });
  });
  const onlyRight: string[] = [];
  const changed = new Map<string, Item>();
  let same = 0;
  await each(right, (item, name) => {
    const digest = digests.get(name);
    digests.delete(name);
    if (digest === undefined) onlyRight.push(name);
    else if (digest === digestOf(item, unknown)) same++;
    else changed.set(name, item);
    progress({ what: 'compared', name });
  });
  const different: { name: string; fields: string[] }[] = [];
  if (changed.size > 0)
    await each(left, (item, name) => {
      const other = changed.get(name);
      if (!other) return;
      changed.delete(name);
      const fields = differing(item, other, unknown);
      if (fields.length > 0) different.push({ name, fields });
      else same++;
    });
  const onlyLeft = [...digests.keys(), ...changed.keys()];
  return { same, onlyLeft: onlyLeft.toSorted(), onlyRight: onlyRight.toSorted(), different: sorted(different) };
}

/** Reads every item once, also where a list by pages shows one twice. */
async function each(source: Source, use: (item: Item, name: string) => void): Promise<void> {
  const seen = new Set<string>();
  await pooled(source.list(), atOnce, async ({ name, read }) => {
    if (seen.has(name)) return;
    seen.add(name);
    const found = await read();
    if (found) use(found.item, name);
  });
}

function sorted<T extends { readonly name: string }>(all: T[]): T[] {
  return all.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
