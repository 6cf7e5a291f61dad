import { secretsObstacle } from '../credentials/gate.js';
import type { Opinion } from '../feature.js';
import type { MembershipStep, TransferLeader, Wait } from '../membership/step.js';
import type { View } from '../view.js';
import { rolledOut } from './condition.js';
import { detourText } from './detour.js';
import { reconnect } from './reconnect.js';
import { type ReplacePod, rolloutObstacle, rolloutStep } from './step.js';
import { versionObstacle } from './versions.js';

/** @param scaling what the cluster does about its size, or waits for */
export function rollout(
  { instance, observed, version, detour }: View,
  scaling: MembershipStep | Wait | undefined,
): Opinion<ReplacePod | TransferLeader> {
  const refused = versionObstacle(instance, observed, version);
  // A pod made with Secrets that are not whole would not start.
  const secrets = secretsObstacle(instance, observed);
  const next = secrets ? undefined : rolloutStep(instance, observed, scaling?.message, detour && detourText(detour));
  const obstacle = next ? undefined : (secrets ?? rolloutObstacle(instance, observed, scaling?.message));
  return {
    step: next ?? (secrets ? undefined : reconnect(instance, observed)),
    conditions: rolledOut(observed, detour, refused, next?.message, obstacle),
  };
}
