import type { KubernetesObject } from './object.js';

/** Key of the mark that `wholly` leaves on a rendered child. JSON has none of it. */
export const takenWhole: unique symbol = Symbol.for('cdk8s-reconciler/taken-whole');

/**
 * A rendered child that is rendered as a whole also where another program has made it for the same owner, as the
 * operator before this one: what that program has set and is not rendered goes, in the same write. Otherwise its fields
 * stay beside those that are rendered. Says nothing of a child that this controller has applied before.
 *
 * @example
 *
 * render: ({ metadata: { name }, spec }) => [wholly(statefulSet(name)), service(name)]
 */
export function wholly<T extends KubernetesObject>(child: T): T {
  return Object.assign({ ...child }, { [takenWhole]: true });
}
