import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { Nacos, type NacosObject } from '../../resource/nacos.js';
import type { Observed, ObservedAdoption } from '../observed.js';
import { hasForeignPods, isForeign } from './foreign.js';
import type { Rivalry, StatusWriter } from './rivalry.js';

/** Name under which this operator writes. */
const fieldManager = 'nacos.nacos.io';

/**
 * What is known of the operator that made the children: whether it still writes the status of the Nacos, as the
 * official one does whenever that changes (nacos_controller.go).
 */
export async function observeAdoption(
  nacos: NacosObject,
  { members, statefulSet }: Pick<Observed, 'members' | 'statefulSet'>,
  context: Pick<ClusterReader, 'get'>,
  rivalry: Rivalry,
): Promise<ObservedAdoption | undefined> {
  const foreign = isForeign(statefulSet, nacos);
  if (!foreign && !hasForeignPods({ members })) return undefined;
  const { name, namespace, uid = '' } = nacos.metadata;
  return { foreign, ...rivalry.seen(uid, otherWriters(await context.get(Nacos, name, namespace))) };
}

function otherWriters(live: Stored | undefined): StatusWriter[] {
  const entries = live?.metadata.managedFields ?? [];
  return entries.flatMap(({ manager = '', subresource, time }) =>
    subresource === 'status' && manager !== fieldManager && time ? [{ manager, time: String(time) }] : [],
  );
}
