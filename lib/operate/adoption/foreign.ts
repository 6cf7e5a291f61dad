import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { NacosObject } from '../../resource/nacos.js';
import type { Observed } from '../observed.js';

/**
 * Of a Nacos: its uid and the generation at which a human lets this operator have the children that another one has
 * made.
 */
export const adoptAnnotation = 'nacos.io/adopt-children';

/** Of each child that this operator has written: a digest of what it was. */
export const appliedAnnotation = 'nacos.io/applied';

/** Label of each child that this operator has written: see `Controller.label` of cdk8s-reconciler. */
const childLabel = 'nacos.io/managed-by';

/** Whether a live object was made for this Nacos by another program, and this operator has never written it. */
export function isForeign(object: Stored | undefined, { metadata: { uid } }: NacosObject): boolean {
  const controller = object?.metadata.ownerReferences?.find((owner) => owner.controller);
  return controller !== undefined && controller.uid === uid && !wasApplied(object);
}

/** By either mark: hands that take one away make nothing of this operator another one's. */
export function wasApplied(object: KubernetesObject | undefined): boolean {
  const { annotations, labels } = object?.metadata ?? {};
  return annotations?.[appliedAnnotation] !== undefined || labels?.[childLabel] !== undefined;
}

/**
 * Whether servers still run from pods that another operator made. Their list of members is in their environment, so
 * that only as many members as there are can be members.
 */
export function hasForeignPods({ members }: Pick<Observed, 'members'>): boolean {
  return members.some(({ fixedList, wipes }) => fixedList || wipes);
}
