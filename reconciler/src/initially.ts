import { at, isMap, merge } from './merge.js';
import type { KubernetesObject } from './object.js';

/** Key of the values that a rendered child only starts with. JSON has none of it. */
export const initialValues: unique symbol = Symbol.for('cdk8s-reconciler/initial-values');

type Part<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Part<T[K]> } : T;

/** A rendered child, perhaps with initial values. */
export interface Started extends KubernetesObject {
  readonly [initialValues]?: object;
}

/**
 * A rendered child with values that it is created with, and that are never written again: what others make of them
 * stays, and so does what they remove. A value that is rendered as well counts as rendered. Of a list that is rendered
 * no items can be initial: the object is `Stalled` with `InvalidChild`.
 *
 * @param values part of the object. A child may get some more than once: a later value counts
 * @example
 *
 * render: ({ metadata: { name }, spec }) => [initially(deployment(name), { spec: { replicas: spec.startWith } })]
 */
export function initially<T extends KubernetesObject>(child: T, values: Part<T>): T {
  return Object.assign({ ...child }, { [initialValues]: merge((child as Started)[initialValues], values) });
}

/** Path of a list that is rendered and has initial values too, such as `spec.template.spec.containers`. */
export function listOfBoth(child: Started): string | undefined {
  const left = [{ path: '', initial: child[initialValues] as unknown, rendered: child as unknown }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { path, initial, rendered } = next;
    if (Array.isArray(initial) && Array.isArray(rendered)) return path;
    if (!isMap(initial)) continue;
    for (const [name, inside] of Object.entries(initial))
      left.push({ path: path ? `${path}.${name}` : name, initial: inside, rendered: at(rendered, name) });
  }
  return undefined;
}
