import type { Service } from 'cdk8s-reconciler/kinds';
import { trafficLabel } from '../../render/pod.js';
import type { Observed } from '../observed.js';

/** Pods of before there was the label would lose their clients. */
export function labelObstacle({ spec }: Service, { members }: Observed): string | undefined {
  if (spec?.selector?.[trafficLabel] === undefined) return undefined;
  const without = members.find(({ unlabelled }) => unlabelled);
  return without ? `waits until pod ${without.pod} has the label ${trafficLabel}` : undefined;
}
