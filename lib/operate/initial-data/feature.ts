import type { ConditionStatement } from 'cdk8s-reconciler';
import type { NacosObject } from '../../resource/nacos.js';
import type { NacosStatus } from '../../resource/status.js';
import { fails, holds, type Opinion } from '../feature.js';
import type { ObservedItem } from '../observed-item.js';
import type { View } from '../view.js';

interface InitialData extends Opinion<SeedData> {
  /** Whether all of it is there. */
  readonly filled: boolean;
  readonly status: Pick<NacosStatus, 'initialData'>;
}

export function initialData({ nacos, observed: { data }, before }: View): InitialData {
  const { spec, metadata } = nacos;
  const conditions = (statement: ReturnType<typeof dataReady>) => [statement];
  if (!spec.initialData)
    return { filled: true, status: {}, conditions: [holds('DataReady', 'NoInitialData', 'spec.initialData is empty')] };
  const memory = before?.initialData ?? [];
  if (!data?.found) {
    const unknown = dataUnknown(before, metadata.generation, data?.reason);
    return { filled: false, status: { initialData: memory }, conditions: conditions(unknown) };
  }
  const decisions = decideItems(data.items, memory);
  const statement = dataReady(decisions);
  return {
    filled: statement.status === 'True',
    status: { initialData: remember(data.items, memory) },
    step: initialDataStep(data.pod, decisions),
    conditions: conditions(statement),
  };
}

/** What is known to have been written, as `status.initialData` keeps it. */
export type Written = NonNullable<NacosStatus['initialData']>;

interface ItemDecision {
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

const type = 'DataReady';

/** Whether the servers have their initial data, where some server could be asked. */
function dataReady(decisions: readonly ItemDecision[]): ConditionStatement {
  const waiting = decisions.filter(({ verdict }) => verdict === 'wait');
  const writing = decisions.filter(({ verdict }) => verdict === 'write').map(({ found }) => found.item.name);
  if (waiting.length > 0) {
    const todo = waiting.map(({ found: { item, missing } }) => `${item.name}: ${missing}`);
    return fails(type, 'SourceMissing', cut(todo));
  }
  if (writing.length > 0)
    return fails(type, 'Writing', `still to be written: ${cut(writing)}; events say what a server refuses`);
  const kept = decisions.filter(({ verdict }) => verdict === 'keep').map(({ found }) => found.item.name);
  if (kept.length === 0) return holds(type, 'Written');
  return holds(type, 'Written', `left as people changed it (policy Overwrite would put it back): ${cut(kept)}`);
}

/** While no server can be asked, the last report counts as long as the spec is the same. */
function dataUnknown(before: NacosObject['status'], generation = -1, problem?: string): ConditionStatement {
  const last = before?.conditions?.find((one) => one.type === type);
  if (last?.status === 'True' && last.observedGeneration === generation)
    return holds(type, last.reason ?? 'Written', last.message);
  return fails(type, 'NotWritten', problem ?? 'no server is ready to be filled yet');
}

/** A list that a reader can take in. */
function cut(names: readonly string[]): string {
  const rest = names.length - 10;
  return rest > 0 ? `${names.slice(0, 10).join(', ')} and ${rest} more` : names.join(', ');
}

export interface SeedData {
  readonly type: 'SeedData';
  readonly message: string;
  readonly pod: string;
  /** Names of the items to write, in order. */
  readonly items: readonly string[];
  /** How many of them are tried before the next look; those that the server refuses do not count. */
  readonly atOnce: number;
}

/** So that a reconciliation has an end. */
const atOnce = 20;

/** What is missing of the initial data is written, and what people changed stays. */
function initialDataStep(pod: string, decisions: readonly ItemDecision[]): SeedData | undefined {
  const names = decisions.filter(({ verdict }) => verdict === 'write').map(({ found }) => found.item.name);
  if (names.length === 0) return undefined;
  const rest = names.length - atOnce;
  const message = `Writing ${names.slice(0, atOnce).join(', ')}${rest > 0 ? `; ${rest} more to come` : ''}`;
  return { type: 'SeedData', message: message.slice(0, 1000), pod, items: names, atOnce };
}
