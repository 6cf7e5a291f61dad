import type { Container } from 'kubernetes-types/core/v1.js';
import { ResourceQuota } from './kinds.js';
import { manifest } from './manifests.js';
import { formatQuantity, parseQuantity } from './quantity.js';

/** So many pods, each of such containers. */
export interface PodsInQuota {
  readonly count: number;
  readonly containers: readonly Pick<Container, 'resources'>[];
}

/**
 * A ResourceQuota with room for pods: what their containers request and are limited to, taken together. A quota counts all pods of its
 * namespace, and lets in none that does not say what it needs.
 */
export function resourceQuota(name: string, pods: readonly PodsInQuota[]): ResourceQuota {
  const needs = pods.flatMap(({ count, containers }) => containers.map(({ resources }) => ({ count, ...resources })));
  const total: Record<string, number> = {};
  for (const part of ['requests', 'limits'] as const) {
    for (const { count, [part]: amounts = {} } of needs) {
      for (const [resource, quantity] of Object.entries(amounts)) {
        const key = `${part}.${resource}`;
        total[key] = (total[key] ?? 0) + count * (parseQuantity(quantity) ?? 0);
      }
    }
  }
  const hard = Object.fromEntries(Object.entries(total).map(([key, amount]) => [key, formatQuantity(key, amount)]));
  return manifest(ResourceQuota, name, { spec: { hard } });
}
