import type { NacosStatus } from '../../resource/status.js';
import type { ObservedItem } from '../observed-item.js';

/** What is known to have been written, as `status.initialData` keeps it. */
export type Written = NonNullable<NacosStatus['initialData']>;

export interface ItemDecision {
  readonly found: ObservedItem;
  /**
   * write: it is to be written. keep: people changed or deleted it, and it stays as they want it. wait: its source is
   * missing. done: it is there.
   */
  readonly verdict: 'write' | 'keep' | 'wait' | 'done';
}

/** What to do about each item. Pure: the same items and the same memory give the same decisions. */
export function decideItems(all: readonly ObservedItem[], written: Written = []): ItemDecision[] {
  const memory = isEmptied(all, written) ? [] : written;
  return all.map((found) => {
    const { item, there, missing } = found;
    const known = memory.find((one) => one.item === item.name);
    if (there === 'same') return { found, verdict: 'done' };
    // What was written once is there as people want it, whatever became of its source.
    if (missing) return { found, verdict: known ? 'keep' : 'wait' };
    const ours = there === 'absent' ? !known : known?.hash !== undefined && known.hash === found.found;
    return { found, verdict: item.overwrite || ours ? 'write' : 'keep' };
  });
}

/**
 * Whether nothing is left of what was written: a server lost its data, since people do not delete all of it by hand.
 */
function isEmptied(all: readonly ObservedItem[], written: Written): boolean {
  const known = all.filter(({ item }) => written.some((one) => one.item === item.name));
  return known.length > 0 && known.every(({ there }) => there === 'absent');
}

/**
 * What is known to have been written, for the next time. A lost memory is safe: what is there then counts as people's.
 */
export function remember(all: readonly ObservedItem[], before: Written = []): Written {
  const memory = isEmptied(all, before) ? [] : before;
  return all.flatMap(({ item: { name }, there, wanted }): Written => {
    if (there === 'same') return [{ item: name, ...(wanted && { hash: wanted }) }];
    return memory.filter((one) => one.item === name);
  });
}
