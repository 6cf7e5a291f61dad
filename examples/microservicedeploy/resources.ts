import { parseQuantity } from 'cdk8s-reconciler';
import type { Spec } from './spec.js';

type Requirements = Spec['resourceRequirements'];

/** What the proxy beside each pod of an instance with `needAuth` takes. */
export const proxy: Requirements = {
  requests: { cpu: '10m', memory: '16Mi' },
  limits: { cpu: '500m', memory: '64Mi' },
};

/** Of the pods that instances have at most: scaled up, and a quarter more while new ones replace old ones. */
export function quotaOf(instances: readonly Spec[]): Record<string, string> {
  const sum = (quantity: (of: Requirements) => string) => {
    const amount = (of: Requirements) => parseQuantity(quantity(of)) ?? 0;
    const pod = (spec: Spec) => amount(spec.resourceRequirements) + (spec.needAuth ? amount(proxy) : 0);
    return instances.reduce((total, spec) => total + pod(spec) * Math.ceil(mostReplicas(spec) * 1.25), 0);
  };
  const cpu = (quantity: (of: Requirements) => string) => `${Math.ceil(sum(quantity) * 1000)}m`;
  const memory = (quantity: (of: Requirements) => string) => `${Math.ceil(sum(quantity) / 2 ** 20)}Mi`;
  return {
    'requests.cpu': cpu(({ requests }) => requests.cpu),
    'requests.memory': memory(({ requests }) => requests.memory),
    'limits.cpu': cpu(({ limits }) => limits.cpu),
    'limits.memory': memory(({ limits }) => limits.memory),
  };
}

export function mostReplicas({ autoscaling, replicas, maxReplicas = 2 * replicas }: Spec): number {
  return autoscaling ? Math.max(replicas, maxReplicas) : replicas;
}
