import type { NacosStatus } from '../../resource/status.js';
import type { Opinion } from '../feature.js';
import { holds } from '../statement.js';
import type { View } from '../view.js';
import { dataReady, dataUnknown } from './condition.js';
import { decideItems, remember } from './decide.js';
import { initialDataStep, type SeedData } from './step.js';

export interface InitialData extends Opinion<SeedData> {
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
