import { Size } from 'cdk8s';
import { type ContainerResources, Cpu } from 'cdk8s-plus-28';
import type { Spec } from './spec.js';

const units = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** `500m` → 0.5, `1Gi` → 1073741824. */
function amount(quantity: string): number {
  const [, number, unit] = /^([\d.]+)(\D*)$/.exec(quantity)!;
  return Number(number) * units[unit as keyof typeof units];
}

/** What the proxy beside each pod of an instance with `needAuth` takes. */
export const proxy = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '500m', memory: '64Mi' } };

/** The pods that instances have at most: scaled up, and a quarter more while new ones replace old ones. */
export function quotaOf(instances: readonly Spec[]): Record<string, string> {
  const total = (of: 'requests' | 'limits', resource: 'cpu' | 'memory') =>
    instances
      .map((spec) => {
        const each =
          amount(spec.resourceRequirements[of][resource]) + (spec.needAuth ? amount(proxy[of][resource]) : 0);
        return each * Math.ceil(mostReplicas(spec) * 1.25);
      })
      .reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(
    (['requests', 'limits'] as const).flatMap((of) => [
      [`${of}.cpu`, `${Math.ceil(total(of, 'cpu') * 1000)}m`],
      [`${of}.memory`, `${Math.ceil(total(of, 'memory') / units.Mi)}Mi`],
    ]),
  );
}

export function mostReplicas({ autoscaling, replicas, maxReplicas = 2 * replicas }: Spec): number {
  return autoscaling ? Math.max(replicas, maxReplicas) : replicas;
}

export function resources({ requests, limits }: Spec['resourceRequirements']): ContainerResources {
  const cpu = (of: string) => Cpu.millis(Math.ceil(amount(of) * 1000));
  const memory = (of: string) => Size.mebibytes(Math.ceil(amount(of) / units.Mi));
  return {
    cpu: { request: cpu(requests.cpu), limit: cpu(limits.cpu) },
    memory: { request: memory(requests.memory), limit: memory(limits.memory) },
  };
}
