import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { Nacos, type NacosObject } from '../../resource/nacos.js';
import type { Observed, ObservedAdoption } from '../observed.js';
import { hasForeignPods, isForeign } from './foreign.js';
import type { Rivalry } from './rivalry.js';

/** Name under which this operator writes. */
const fieldManager = 'nacos.nacos.io';

/**
 * What is known of the operator that made the children. It writes the status of the Nacos whenever that changes
 * (nacos_controller.go), so one that still runs shows in a status that is newer than the last one of this operator.
 */
export async function observeAdoption(
  nacos: NacosObject,
  { members, statefulSet }: Pick<Observed, 'members' | 'statefulSet'>,
  context: Pick<ClusterReader, 'get'>,
  rivalry: Rivalry,
): Promise<ObservedAdoption | undefined> {
  const foreign = isForeign(statefulSet, nacos);
  if (!foreign && !hasForeignPods({ members })) return undefined;
  const { name, namespace } = nacos.metadata;
  const statuses = statusWriters(await context.get(Nacos, name, namespace));
  const own = statuses.find(({ manager }) => manager === fieldManager)?.time;
  const rival = statuses.find(({ manager, time }) => manager !== fieldManager && own !== undefined && time > own);
  return { foreign, ...rivalry.seen(nacos.metadata.uid ?? '', rival?.manager) };
}

function statusWriters(live: Stored | undefined): { readonly manager: string; readonly time: string }[] {
  const entries = live?.metadata.managedFields ?? [];
  return entries.flatMap(({ manager = '', subresource, time }) =>
    subresource === 'status' && time ? [{ manager, time: String(time) }] : [],
  );
}
