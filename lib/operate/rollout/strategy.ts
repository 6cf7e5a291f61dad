import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { wasApplied } from '../adoption/foreign.js';
import type { View } from '../view.js';

/** Takes back that Kubernetes replaces pods by itself. */
export interface KeepPods {
  readonly type: 'KeepPods';
  readonly message: string;
}

/** What a StatefulSet must say so that only the operator replaces its pods. */
export const onDelete = { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } };

/**
 * A StatefulSet that must not change, perhaps for days, is not written; hands may have set its strategy meanwhile, by
 * which Kubernetes replaces pods in an order of its own, leaders included.
 *
 * @param obstacle why the StatefulSet must not change
 */
export function keepPods({ nacos, observed }: View, obstacle: string | undefined): KeepPods | undefined {
  const { statefulSet } = observed;
  if (!obstacle || !statefulSet || !isOurs(statefulSet, nacos.metadata.uid)) return undefined;
  const { metadata, spec } = statefulSet;
  if (metadata.deletionTimestamp || spec?.updateStrategy?.type !== 'RollingUpdate') return undefined;
  const message = `Taking back the update strategy of StatefulSet ${metadata.name}: Kubernetes would replace its pods in an order of its own`;
  return { type: 'KeepPods', message };
}

function isOurs(statefulSet: StatefulSet, uid: string | undefined): boolean {
  const controller = statefulSet.metadata?.ownerReferences?.find((owner) => owner.controller);
  return controller !== undefined && controller.uid === uid && wasApplied(statefulSet);
}
