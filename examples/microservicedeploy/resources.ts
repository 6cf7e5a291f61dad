import { Size } from 'cdk8s';
import { type ContainerResources, Cpu } from 'cdk8s-plus-28';
import { parseQuantity } from 'cdk8s-reconciler';
import type { Spec } from './spec.js';

type Requirements = Spec['resourceRequirements'];

/** What the proxy beside each pod of an instance with `needAuth` takes. */
export const proxy: Requirements = {
  requests: { cpu: '10m', memory: '16Mi' },
  limits: { cpu: '500m', memory: '64Mi' },
};

const millis = (quantity: string) => Math.ceil((parseQuantity(quantity) ?? 0) * 1000);
const mebibytes = (quantity: string) => Math.ceil((parseQuantity(quantity) ?? 0) / 2 ** 20);

/** Of the pods that instances have at most: scaled up, and a quarter more while new ones replace old ones. */
export function quotaOf(instances: readonly Spec[]): Record<string, string> {
  const sum = (amount: (of: Requirements) => number) => {
    const pod = (spec: Spec) => amount(spec.resourceRequirements) + (spec.needAuth ? amount(proxy) : 0);
    return instances.reduce((total, spec) => total + pod(spec) * Math.ceil(mostReplicas(spec) * 1.25), 0);
  };
  return {
    'requests.cpu': `${sum(({ requests }) => millis(requests.cpu))}m`,
    'requests.memory': `${sum(({ requests }) => mebibytes(requests.memory))}Mi`,
    'limits.cpu': `${sum(({ limits }) => millis(limits.cpu))}m`,
    'limits.memory': `${sum(({ limits }) => mebibytes(limits.memory))}Mi`,
  };
}

export function mostReplicas({ autoscaling, replicas, maxReplicas = 2 * replicas }: Spec): number {
  return autoscaling ? Math.max(replicas, maxReplicas) : replicas;
}

export function resources({ requests, limits }: Requirements): ContainerResources {
  return {
    cpu: { request: Cpu.millis(millis(requests.cpu)), limit: Cpu.millis(millis(limits.cpu)) },
    memory: { request: Size.mebibytes(mebibytes(requests.memory)), limit: Size.mebibytes(mebibytes(limits.memory)) },
  };
}
