import type { ConditionStatement } from 'cdk8s-reconciler';
import type { NacosObject } from '../../resource/nacos.js';
import { fails, holds } from '../statement.js';
import type { ItemDecision } from './decide.js';

const type = 'DataReady';

/** Whether the servers have their initial data, where some server could be asked. */
export function dataReady(decisions: readonly ItemDecision[]): ConditionStatement {
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
export function dataUnknown(before: NacosObject['status'], generation = -1, problem?: string): ConditionStatement {
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
