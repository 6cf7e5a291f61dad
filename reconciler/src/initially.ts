import type { KubernetesObject } from './object.js';

/** Key of the values that a rendered child only starts with. JSON has none of it. */
export const initialValues: unique symbol = Symbol.for('cdk8s-reconciler/initial-values');

type Part<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Part<T[K]> } : T;

/**
 * A rendered child with values that it is created with, and that are never written again: what others make of them
 * stays, and so does what they remove. A value that is rendered as well counts as rendered. Of a list that is rendered
 * no items can be initial.
 *
 * @param values part of the object
 * @example
 *
 * render: ({ metadata: { name }, spec }) => [initially(deployment(name), { spec: { replicas: spec.startWith } })]
 */
export function initially<T extends KubernetesObject>(child: T, values: Part<T>): T {
  return Object.assign({ ...child }, { [initialValues]: values });
}
