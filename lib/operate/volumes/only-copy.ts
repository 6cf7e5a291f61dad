import { consents, generationOf } from '../consent.js';
import { isCurrent } from '../pods/pods.js';
import type { View } from '../view.js';
import type { DataProblem } from './data.js';

/**
 * Of a Nacos: uid and generation of its StatefulSet at which a human lets the only copy of its data go. Any later
 * change needs another one, also that of a new release of this operator.
 */
export const lossAnnotation = 'nacos.io/accept-data-loss';

/**
 * Why the only server of an instance must not go: its data is in its pod, and nowhere else. Before any server has
 * answered there is nothing to lose.
 */
export function onlyCopy({ nacos, instance, observed, version }: View): DataProblem | undefined {
  const { servers, database, name, namespace } = instance;
  const { members, statefulSet } = observed;
  const [only, ...others] = members;
  if (!only?.volatile || others.length > 0 || database.type !== 'embedded' || !version) return undefined;
  const stopped = servers.replicas === 0;
  const replaced = only.outdated && isCurrent(statefulSet);
  if (only.terminating || !(stopped || replaced)) return undefined;
  if (consents(nacos, lossAnnotation, statefulSet)) return undefined;
  const what = stopped ? 'stopping it for spec.replicas 0' : 'replacing it, as its pod template has changed,';
  const known = generationOf(statefulSet, `statefulset ${name} -n ${namespace}`);
  const command = `kubectl annotate nacos ${name} -n ${namespace} --overwrite ${lossAnnotation}=${known}`;
  const copy =
    only.wipes && servers.mode === 'cluster' ? 'deletes its Raft data as it stops, and has' : 'has no volume and';
  const message = `${only.pod} ${copy} the only copy of all data, and ${what} loses it: move the data to a second Nacos with spec.volume.enabled first (docs/moving-data.md), or accept the loss: ${command}`;
  return { reason: 'OnlyCopy', message };
}
