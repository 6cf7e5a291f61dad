import type { Instance } from '../../resource/resolve.js';
import { firstOrdinals } from '../cluster/members.js';
import type { Observed, ObservedMember } from '../observed.js';

/*
 * Pods that were made before their StatefulSet had claim templates. Its controller tries to give them their claims,
 * which the API server refuses of a pod that runs, and ends its round with that error (kubernetes:
 * stateful_set_control.go, processReplica). It goes through the ordinals in batches of 1, 2, 4 and so on
 * (slowStartBatch): a pod of a later batch is not made as long as an earlier batch has such a pod (measured: a roll
 * that begins with the last one never ends).
 */

/** Claimless pods, from the first on, so that the controller makes each again; undefined where there are none. */
export function claimlessInOrder(
  { hasVolumes }: Instance,
  members: readonly ObservedMember[],
): ObservedMember[] | undefined {
  const claimless = hasVolumes ? members.filter((member) => member.claimless) : [];
  return claimless.length > 0 ? [...claimless].sort((a, b) => a.ordinal - b.ordinal) : undefined;
}

/** The pod for want of whose claim missing servers are not made, while all servers that are there are well enough. */
export function blockingClaimless(instance: Instance, { members }: Observed): ObservedMember | undefined {
  const [first] = claimlessInOrder(instance, members) ?? [];
  const missing = firstOrdinals(instance.servers.replicas).filter(
    (ordinal) => !members.some((one) => one.ordinal === ordinal),
  );
  const blocked = first && missing.length > 0 && missing.every((ordinal) => batchOf(ordinal) > batchOf(first.ordinal));
  return blocked && members.every(({ ready, terminating }) => ready && !terminating) ? first : undefined;
}

function batchOf(ordinal: number): number {
  return Math.floor(Math.log2(ordinal + 1));
}
