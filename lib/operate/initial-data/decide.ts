import type { NacosStatus } from '../../resource/status.js';
import type { ItemFacts } from './look.js';

export type Seeded = NonNullable<NacosStatus['seeded']>;

export interface Decision {
  readonly facts: ItemFacts;
  /**
   * write: it is to be written. kept: people changed or deleted it, and it stays as they want it. waiting: its source is not there.
   * settled: nothing to do.
   */
  readonly what: 'write' | 'kept' | 'waiting' | 'settled';
}

/** What to do about each item. Pure: the same facts and the same memory give the same decisions. */
export function decide(all: readonly ItemFacts[], seeded: Seeded = []): Decision[] {
  const memory = emptied(all, seeded) ? [] : seeded;
  return all.map((facts) => {
    const { item, there, found, missing } = facts;
    const known = memory.find((one) => one.item === item.name);
    if (there === 'same') return { facts, what: 'settled' };
    // What was written once is there as people want it, whatever became of its source.
    if (missing) return { facts, what: known ? 'kept' : 'waiting' };
    const ours = there === 'absent' ? !known : known?.hash !== undefined && known.hash === found;
    return { facts, what: item.overwrite || ours ? 'write' : 'kept' };
  });
}

/** Whether nothing is left of what was written: somebody's server lost its data, and nobody deletes all of it by hand. */
export function emptied(all: readonly ItemFacts[], seeded: Seeded = []): boolean {
  const known = all.filter(({ item }) => seeded.some((one) => one.item === item.name));
  return known.length > 0 && known.every(({ there }) => there === 'absent');
}

/** What is known to have been written, for the next time. A lost memory is safe: what is there then counts as people's. */
export function remember(all: readonly ItemFacts[], before: Seeded = []): Seeded {
  const memory = emptied(all, before) ? [] : before;
  return all.flatMap(({ item: { name }, there, wanted }): Seeded => {
    if (there === 'same') return [{ item: name, ...(wanted && { hash: wanted }) }];
    return memory.filter((one) => one.item === name);
  });
}
