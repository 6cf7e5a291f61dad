import { unknownTo } from './compare.js';
import { digestOf, inOrder, kindOf } from './item.js';
import { pooled } from './pool.js';
import type { Progress } from './progress.js';
import { atOnce } from './server/client.js';
import { DataError, type Listed, type Source, type Store } from './source.js';

/**
 * What is done where the target has an item of the same name with other contents. abort: nothing is written, also where
 * the target has an item that the source does not have. skip: it stays. overwrite: it becomes the source's.
 */
export type Policy = 'abort' | 'skip' | 'overwrite';

export const policies: readonly Policy[] = ['abort', 'skip', 'overwrite'];

/** By the names of items, in their order. */
export interface Plan {
  readonly create: readonly string[];
  /** What the target has with other contents. */
  readonly conflicts: readonly string[];
  /** What both have, by the mark that the source has of it. */
  readonly same: ReadonlyMap<string, string>;
  /** What only the target has; it stays. */
  readonly extra: readonly string[];
}

/**
 * What writing a source into a target would do; reads only.
 *
 * @throws DataError if the source or the target fails
 */
export async function planOf(source: Source, target: Store, progress: Progress): Promise<Plan> {
  const unknown = unknownTo(source, target);
  // A configuration is read again below, so that not all of them are in memory.
  const extra = new Map<string, Listed | undefined>();
  for await (const listed of target.list())
    extra.set(listed.name, kindOf(listed.name) === 'configuration' ? undefined : listed);
  const create: string[] = [];
  const conflicts: string[] = [];
  const same = new Map<string, string>();
  const seen = new Set<string>();
  await pooled(source.list(), atOnce, async ({ name, read }) => {
    if (seen.has(name)) return;
    seen.add(name);
    progress({ what: 'compared', name });
    const listed = extra.get(name);
    if (!extra.delete(name)) return void create.push(name);
    const [wanted, found] = await Promise.all([read(), listed ? listed.read() : target.find(name)]);
    if (!wanted) return;
    if (!found) create.push(name);
    else if (digestOf(wanted.item, unknown) === digestOf(found.item, unknown)) same.set(name, wanted.mark);
    else conflicts.push(name);
  });
  const ordered = (names: Iterable<string>) => [...names].sort(inOrder);
  return { create: ordered(create), conflicts: ordered(conflicts), same, extra: ordered(extra.keys()) };
}

/** @throws DataError if the policy is abort and the target has something that is not the source's */
export function checkPolicy({ conflicts, extra }: Plan, policy: Policy): void {
  const others = [...conflicts, ...extra];
  if (policy !== 'abort' || others.length === 0) return;
  const some = others.slice(0, 5).join(', ');
  const rest = others.length > 5 ? ` and ${others.length - 5} more` : '';
  throw new DataError(
    `the target is not empty: it has ${some}${rest}. Nothing was written; --policy skip leaves what is there, ` +
      '--policy overwrite replaces what has the same name',
  );
}
