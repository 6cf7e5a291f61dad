import { Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Effect } from '../feature.js';
import { isReady } from '../pods/pods.js';
import type { ReplacePod } from './feature.js';
import { type KeepPods, onDelete } from './strategy.js';

/** Asks the API server once more: what was observed may be a moment old, and two pods must not be gone at once. */
export const replacePod: Effect<ReplacePod> = async ({ pod, others }, { namespace }, context) => {
  for (const name of others) {
    const other = await context.get(Pod, name, namespace);
    if (!other || !isReady(other)) throw new Error(`${name} is not ready any more`);
  }
  const found = await context.get(Pod, pod, namespace);
  if (found && !found.metadata.deletionTimestamp) await context.delete(Pod, found);
};

export const takeStrategyBack: Effect<KeepPods> = async (_, { names, namespace }, context) => {
  await context.patch(StatefulSet, names.statefulSet, onDelete, namespace);
};
