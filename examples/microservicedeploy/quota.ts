import { ResourceQuota } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import type { Container } from 'kubernetes-types/core/v1.js';

/** So many pods, each of such containers. */
export interface PodsInQuota {
  readonly count: number;
  readonly containers: readonly Pick<Container, 'resources'>[];
}

/**
 * A ResourceQuota with room for pods: what their containers request and are limited to, taken together. A quota counts
 * all pods of its namespace, and lets in none that does not say what it needs.
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

/** An amount of a resource, rounded up to what people write: CPUs to `m`, bytes to `Mi`, others to whole ones. */
function formatQuantity(resource: string, amount: number): string {
  // What a sum of decimal fractions has too much is no reason to round up.
  const up = (number: number) => Math.ceil(Number(number.toFixed(6)));
  if (resource.endsWith('cpu')) return `${up(amount * 1000)}m`;
  return /(memory|storage)$/.test(resource) ? `${up(amount / 2 ** 20)}Mi` : `${up(amount)}`;
}
