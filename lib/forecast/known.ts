import type { KubernetesObject } from 'cdk8s-reconciler';
import type { ObservedClaim } from '../operate/observed.js';
import type { RunningPod } from './pods.js';

/** What is known of the cluster. */
export interface Known {
  /** The children as the API server has them. @default those that follow from `before` and its status */
  readonly live?: readonly KubernetesObject[] | undefined;
  /** Claims that are there, also of former servers. @default those that follow from `before` and its status */
  readonly claims?: readonly ObservedClaim[] | undefined;
  /** Pods that run. @default those of the live StatefulSet, all made with its template */
  readonly pods?: readonly RunningPod[] | undefined;
  /** What the API server would make of a child, such as `dryRun` of `cdk8s-reconciler/plan`. @default it takes all */
  admit?(child: KubernetesObject, isNew: boolean): Promise<KubernetesObject | string | undefined>;
}
