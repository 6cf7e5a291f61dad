import { secretsObstacle } from '../credentials/gate.js';
import type { Opinion } from '../feature.js';
import type { MembershipStep, TransferLeader, Wait } from '../membership/step.js';
import type { View } from '../view.js';
import { rolledOut } from './condition.js';
import { detourText } from './detour.js';
import { reconnect } from './reconnect.js';
import { type ReplacePod, rolloutObstacle, rolloutStep } from './step.js';
import { versionObstacle } from './versions.js';

/**
 * @param scaling what the cluster does about its size, or waits for
 * @param kept why the only copy of the data must not go with its pod
 */
export function rollout(
  { instance, observed, version, detour }: View,
  scaling: MembershipStep | Wait | undefined,
  kept: string | undefined,
): Opinion<ReplacePod | TransferLeader> {
  const refused = versionObstacle(instance, observed, version);
  // A pod made with Secrets that are not whole would not start.
  const held = secretsObstacle(instance, observed) ?? kept;
  const next = held ? undefined : rolloutStep(instance, observed, scaling?.message, detour && detourText(detour));
  const obstacle = next ? undefined : (held ?? rolloutObstacle(instance, observed, scaling?.message));
  return {
    step: next ?? (held ? undefined : reconnect(instance, observed)),
    conditions: rolledOut(observed, detour, refused, next?.message, obstacle),
  };
}
