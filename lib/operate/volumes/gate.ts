import type { View } from '../view.js';
import { outdatedTemplates } from './claims.js';

/** Applied to a StatefulSet with other claim templates, ours would only be refused. */
export function templatesObstacle({ instance, observed }: View): string | undefined {
  if (!outdatedTemplates(instance, observed.statefulSet)) return undefined;
  return `StatefulSet ${instance.names.statefulSet} is to be replaced around its running pods, after its volume claims have grown`;
}
