import type { View } from '../view.js';
import { outdatedTemplates } from './claims.js';
import { dataProblem } from './data.js';
import { onlyCopy } from './only-copy.js';

/** One that is being deleted takes no change, and its controller makes no pod any more. */
export function endingObstacle({ observed: { statefulSet } }: View): string | undefined {
  const { name, deletionTimestamp, finalizers = [] } = statefulSet?.metadata ?? {};
  if (!deletionTimestamp) return undefined;
  return `waits until StatefulSet ${name}, which is being deleted, is gone (finalizers: ${finalizers.join(', ') || 'none'})`;
}

/** Applied to a StatefulSet with other claim templates, ours would only be refused. */
export function templatesObstacle({ instance, observed }: View): string | undefined {
  if (!outdatedTemplates(instance, observed.statefulSet)) return undefined;
  return `StatefulSet ${instance.names.statefulSet} is to be replaced around its running pods, after its volume claims have grown`;
}

/** Why the StatefulSet must not be made, or lose its only server, as data would be lost. */
export function dataObstacle(view: View): string | undefined {
  const lost = view.instance.servers.replicas === 0 ? onlyCopy(view) : undefined;
  return (dataProblem(view) ?? lost)?.message;
}
