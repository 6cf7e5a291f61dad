/**
 * `cdk8s-reconciler/chart`: rendering with cdk8s constructs.
 *
 * @module
 */

import { App, Chart, Size } from 'cdk8s';
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { Children, ReadKinds } from '../controller.js';
import type { KubernetesObject } from '../object.js';
import { parseQuantity } from '../quantity.js';

/**
 * Lets `render` build constructs: `build` adds them to a chart, and what the chart renders is the desired set, with the
 * plain objects that it returns. The chart is in the resource's namespace. Constructs that are given no name get one
 * from their path, without a hash: it is the same in every reconciliation.
 *
 * @param build gets what `render` gets, also what is in `reads`
 *
 * @example
 *
 * render: onChart((chart, server: WebServer) => {
 *   new Deployment(chart, server.metadata.name, { replicas: server.spec.replicas, … });
 * }),
 */
export function onChart<T extends KubernetesObject, Reads extends ReadKinds, Child extends KubernetesObject>(
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is the usual case
  build: (chart: Chart, object: T, read: Children<Reads>) => readonly Child[] | void,
): (object: T, read: Children<Reads>) => readonly Child[] {
  return (object, read) => {
    const namespace = object.metadata?.namespace;
    const chart = new Chart(new App(), object.metadata?.name ?? 'chart', {
      namespace,
      disableResourceNameHashes: true,
    });
    const plain = build(chart, object, read) ?? [];
    return [...chart.toJson(), ...plain];
  };
}

/** CPU and memory as a container of cdk8s-plus has them, of any line. */
export interface PlusResources {
  readonly cpu: { readonly request?: { amount: string }; readonly limit?: { amount: string } };
  readonly memory: { readonly request?: Size; readonly limit?: Size };
}

/**
 * CPU and memory of a container, as Kubernetes writes them, for the constructs of cdk8s-plus. Memory is rounded up to
 * mebibytes.
 */
export function containerResources({ requests = {}, limits = {} }: ResourceRequirements): PlusResources {
  const cpu = (amount?: string) => (amount === undefined ? undefined : { amount });
  const memory = (quantity?: string) =>
    quantity === undefined ? undefined : Size.mebibytes(Math.ceil((parseQuantity(quantity) ?? 0) / 2 ** 20));
  return {
    cpu: { request: cpu(requests.cpu), limit: cpu(limits.cpu) },
    memory: { request: memory(requests.memory), limit: memory(limits.memory) },
  };
}
