import { Pod } from 'cdk8s-reconciler/kinds';
import type { Instance } from '../../resource/resolve.js';
import type { ActContext } from '../act.js';
import type { ReplacePod } from '../plan/rollout.js';
import { isReady } from '../pods.js';

/** Asks the API server once more: what the plan was made of may be a moment old, and two pods must not be gone at once. */
export async function replacePod({ pod, others }: ReplacePod, { namespace }: Instance, context: ActContext) {
  for (const name of others) {
    const other = await context.get(Pod, name, namespace);
    if (!other || !isReady(other)) throw new Error(`${name} is not ready any more`);
  }
  const found = await context.get(Pod, pod, namespace);
  if (found && !found.metadata.deletionTimestamp) await context.delete(Pod, found);
}
