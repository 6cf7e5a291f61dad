import type { Service } from 'cdk8s-reconciler/kinds';
import { clientTraffic, trafficLabel } from '../../render/pod.js';
import { isClosed } from '../../render/services.js';
import type { Observed } from '../observed.js';

/** Pods of before there was the label would lose their clients. A Service that is to have none closes at once. */
export function labelObstacle({ spec }: Service, { members }: Observed): string | undefined {
  if (spec?.selector?.[trafficLabel] !== clientTraffic[trafficLabel]) return undefined;
  const without = members.find(({ unlabelled }) => unlabelled);
  return without ? `waits until pod ${without.pod} has the label ${trafficLabel}` : undefined;
}

/**
 * A Service leads to servers as they are: where these must not become what the spec says, it stays as it is too, but
 * for whether it lets clients in.
 *
 * @param obstacle why the StatefulSet must not change
 */
export function refusalObstacle(
  child: Service,
  live: Service | undefined,
  obstacle: string | undefined,
): string | undefined {
  return live && isClosed(live) === isClosed(child) ? obstacle : undefined;
}
