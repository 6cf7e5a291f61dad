import type { Instance } from '../../resource/resolve.js';
import { firstOrdinals, incompleteness, unhealthyMembers, unhealthyReason } from '../cluster/health.js';
import { groupsLedBy } from '../cluster/members.js';
import { inRollOrder } from '../cluster/order.js';
import { type TransferLeader, transferLeader } from '../membership/step.js';
import type { Observed, ObservedMember } from '../observed.js';
import { isCurrent } from '../pods/pods.js';

/** Deletes a pod that has a former template, for the StatefulSet to make a new one. */
export interface ReplacePod {
  readonly type: 'ReplacePod';
  readonly message: string;
  readonly pod: string;
  /** Pods that must still be ready when it happens. */
  readonly others: readonly string[];
}

/**
 * Brings a changed pod template to the servers: first a pod that is broken, then followers, the leader last; one at a
 * time, and the next only once the whole cluster is well. So a template with which servers do not start stops at the
 * first, and the former one heals it.
 *
 * @param scaling what a cluster does about its size, which comes first
 * @param why in the words of events
 */
export function rolloutStep(
  instance: Instance,
  observed: Observed,
  scaling: string | undefined,
  why = 'its pod template has changed',
): ReplacePod | TransferLeader | undefined {
  if (!isCurrent(observed.statefulSet)) return undefined;
  // One that is no server any more is about to go by itself.
  const outdated = observed.members.filter(
    ({ outdated, terminating, ordinal }) => outdated && !terminating && ordinal < instance.servers.replicas,
  );
  const halted = outdated.find((member) => member.halted);
  if (halted) return replace(halted, 'it cannot run as it is', []);
  if (instance.servers.mode === 'standalone') return outdated[0] && replace(outdated[0], why, []);
  const broken = onlyBroken(instance, observed);
  if (broken && outdated.includes(broken))
    return replace(broken, 'it is not well, all others are', others(observed, broken));
  // Where the former template keeps members from being ready, only the new one helps; without them no fewer serve.
  const unready = outdated.filter((member) => !member.ready && !unhealthyReason(instance, asIfReady(member)));
  const assumed = unready.length > 0 ? { ...observed, members: observed.members.map(asIfReady) } : observed;
  if (rolloutObstacle(instance, assumed, scaling) !== undefined) return undefined;
  const [next] = inRollOrder(unready.length > 0 ? unready : outdated);
  if (!next) return undefined;
  const successor = successorOf(next, observed);
  // A version that adds a group does not have its leadership taken by an older one.
  const groups = successor ? groupsLedBy(next).filter((group) => hasGroup(successor, group)) : [];
  if (successor && groups.length > 0) return transferLeader(next.pod, successor.pod, groups);
  const ready = others({ members: observed.members.filter((member) => member.ready) }, next);
  return replace(next, why, ready);
}

/** Why the next server can't be replaced yet. */
export function rolloutObstacle(
  instance: Instance,
  observed: Observed,
  scaling: string | undefined,
): string | undefined {
  const { servers } = instance;
  if (servers.mode === 'standalone') return undefined;
  if (scaling) return scaling;
  // Servers that were started with another identity than the Secret has now answer nothing; being ready has to do.
  const answering = { ...observed, members: observed.members.filter((member) => !rejects(member)) };
  if (answering.members.length === observed.members.length) return incompleteness(instance, observed, servers.replicas);
  const silent = observed.members.find((member) => rejects(member) && !(member.ready && member.outdated));
  if (silent) return `${silent.pod} does not take the identity of the Secret`;
  if (observed.members.length < servers.replicas) return 'a server is missing';
  return unhealthyMembers(
    instance,
    answering,
    answering.members.map(({ ordinal }) => ordinal),
  );
}

function rejects({ server }: ObservedMember): boolean {
  return server?.reachable === true && server.refused;
}

/** The one server that is not well, where all others are. */
function onlyBroken(instance: Instance, observed: Observed): ObservedMember | undefined {
  const unhealthy = observed.members.filter((member) => !rejects(member) && unhealthyReason(instance, member));
  const rest = firstOrdinals(instance.servers.replicas).filter((ordinal) => ordinal !== unhealthy[0]?.ordinal);
  return unhealthy.length === 1 && !unhealthyMembers(instance, observed, rest) ? unhealthy[0] : undefined;
}

function asIfReady(member: ObservedMember): ObservedMember {
  return { ...member, ready: true };
}

/** A member that is changed already does not have to hand the leadership on again. */
function successorOf(leader: ObservedMember, { members }: Observed): ObservedMember | undefined {
  const candidates = members.filter(({ pod }) => pod !== leader.pod);
  return candidates.find(({ outdated }) => !outdated) ?? candidates[0];
}

export function others({ members }: Pick<Observed, 'members'>, { pod }: ObservedMember): string[] {
  return members.map((member) => member.pod).filter((other) => other !== pod);
}

function replace({ pod }: ObservedMember, why: string, others: readonly string[]): ReplacePod {
  return { type: 'ReplacePod', message: `Replacing ${pod}: ${why}`, pod, others };
}

/** Whether the version of a member has a group. */
function hasGroup({ server }: ObservedMember, group: string): boolean {
  return server?.reachable === true && group in server.leaders;
}
