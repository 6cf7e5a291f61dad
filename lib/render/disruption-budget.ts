import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { Instance } from '../resource/resolve.js';
import { metadata } from './metadata.js';

/** One member at a time may be evicted. A budget for one server would only block the draining of its node. */
export function disruptionBudgets(instance: Instance): PodDisruptionBudget[] {
  const { servers, spec, names, selector } = instance;
  const { enabled = true, maxUnavailable = 1 } = spec.podDisruptionBudget ?? {};
  if (!enabled || (servers.mode === 'standalone' && !spec.podDisruptionBudget)) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadata(instance, names.disruptionBudget),
      spec: {
        maxUnavailable,
        // A member that is down anyway does not keep its node from being drained.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selector },
      },
    },
  ];
}
