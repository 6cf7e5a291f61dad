import type { ConditionStatement } from 'cdk8s-reconciler';
import type { NacosObject } from '../../resource/nacos.js';
import type { Facts } from '../facts.js';
import { no, yes } from './statement.js';

const type = 'DataReady';

/** Whether the servers have their initial data. */
export function dataReady({ spec, status, metadata }: NacosObject, { data }: Facts): ConditionStatement {
  if (!spec.initialData) return yes(type, 'NoData', 'spec.initialData is empty');
  if (!data?.found) return notLooked(status, metadata.generation, data?.reason);
  const { decisions } = data;
  const waiting = decisions.filter(({ what }) => what === 'waiting');
  const writing = decisions.filter(({ what }) => what === 'write').map(({ facts }) => facts.item.name);
  if (waiting.length > 0) {
    const todo = waiting.map(({ facts: { item, missing } }) => `${item.name}: ${missing}`);
    return no(type, 'SourceMissing', cut(todo));
  }
  if (writing.length > 0) {
    return no(type, 'Writing', `still to be written: ${cut(writing)}; what a server refuses is told in events`);
  }
  const kept = decisions.filter(({ what }) => what === 'kept').map(({ facts }) => facts.item.name);
  if (kept.length === 0) return yes(type, 'Written');
  return yes(type, 'Written', `left as people changed it (policy Overwrite would put it back): ${cut(kept)}`);
}

/** What was there stays there while no server can be asked; what the spec asks for since is not known to be. */
function notLooked(before: NacosObject['status'], generation = -1, problem?: string): ConditionStatement {
  const last = before?.conditions?.find((one) => one.type === type);
  if (last?.status === 'True' && last.observedGeneration === generation)
    return yes(type, last.reason ?? 'Written', last.message);
  return no(type, 'NotWritten', problem ?? 'no server is ready to be filled yet');
}

/** A list that a reader can take in. */
function cut(names: readonly string[]): string {
  const rest = names.length - 10;
  return rest > 0 ? `${names.slice(0, 10).join(', ')} and ${rest} more` : names.join(', ');
}
