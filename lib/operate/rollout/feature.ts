import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { UpgradeProblem } from '../../server/upgrade.js';
import { disconnected } from '../cluster/disconnected.js';
import {
  disagreement,
  firstOrdinals,
  groupsLedBy,
  incompleteness,
  inRollOrder,
  unhealthyMembers,
  unhealthyReason,
} from '../cluster/members.js';
import { secretsObstacle } from '../credentials/feature.js';
import { fails, type Opinion } from '../feature.js';
import { type MembershipStep, type TransferLeader, transferLeader, type Wait } from '../membership/step.js';
import type { Observed, ObservedMember } from '../observed.js';
import { isCurrent } from '../pods/pods.js';
import type { Detour, View } from '../view.js';
import { blockingClaimless, claimlessInOrder } from './claimless.js';
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

/**
 * Present only while servers run with something else than the spec says.
 *
 * @param detour whether they go by way of another version
 * @param refused why the version of the spec is not carried out
 * @param next the step that replaces the next pod
 * @param obstacle why there is none
 */
function rolledOut(
  { members }: Observed,
  detour: Detour | undefined,
  refused: UpgradeProblem | undefined,
  next: string | undefined,
  obstacle: string | undefined,
): ConditionStatement[] {
  const type = 'RolledOut';
  if (refused) return [fails(type, refused.reason, `spec.version or spec.image: ${refused.message}`)];
  const former = members.filter(({ outdated }) => outdated).map(({ pod }) => pod);
  const way = detour ? `${detourText(detour)}: ` : '';
  if (detour?.waits) return [fails(type, 'Waiting', `${way}${detour.waits}`)];
  if (former.length === 0 && !detour) return [];
  if (former.length === 0) return [fails(type, 'RollingOut', `${way}all servers are about to follow`)];
  const message = `${way}${former.join(', ')} not yet updated; ${next ?? `the next waits: ${obstacle ?? 'for the StatefulSet'}`}`;
  return [fails(type, next ? 'RollingOut' : 'Waiting', message)];
}

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
function rolloutStep(
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
  const blocking = blockingClaimless(instance, observed);
  if (!blocking && rolloutObstacle(instance, assumed, scaling) !== undefined) return undefined;
  const candidates = unready.length > 0 ? unready : outdated;
  const [next] = blocking ? [blocking] : (claimlessInOrder(instance, candidates) ?? inRollOrder(candidates));
  if (!next) return undefined;
  const successor = successorOf(next, observed);
  // A version that adds a group does not have its leadership taken by an older one.
  const groups = successor ? groupsLedBy(next).filter((group) => hasGroup(successor, group)) : [];
  if (successor && groups.length > 0) return transferLeader(next.pod, successor.pod, groups);
  const ready = others({ members: observed.members.filter((member) => member.ready) }, next);
  return replace(next, why, ready);
}

/** Why the next server can't be replaced yet. */
function rolloutObstacle(instance: Instance, observed: Observed, scaling: string | undefined): string | undefined {
  const { servers } = instance;
  if (servers.mode === 'standalone') return undefined;
  if (scaling) return scaling;
  // Servers that were started with another identity than the Secret has now answer nothing; being ready has to do.
  const answering = { ...observed, members: observed.members.filter((member) => !rejects(member)) };
  if (answering.members.length === observed.members.length)
    return incompleteness(instance, observed, servers.replicas) ?? disagreement(observed);
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

/**
 * A member that leaders only reach at an address that is gone joins when leaderships go to a member that began to run
 * since. Where there is none, one is replaced, if a majority is left meanwhile and the member says itself that it hears
 * no leader; otherwise it is for a human to find out, and to choose when (docs/operations/repair.md).
 */
function reconnect(instance: Instance, observed: Observed): TransferLeader | ReplacePod | undefined {
  const found = disconnected(instance, observed);
  if (!found) return undefined;
  const { member, leaders, fresh, spare, safe, certain } = found;
  const [leader] = leaders;
  if (leader && fresh) return transferLeader(leader.pod, fresh.pod, groupsLedBy(leader));
  if (!safe || !certain) return undefined;
  const led = groupsLedBy(spare);
  const successor = leaders.find((one) => one !== spare);
  if (led.length > 0 && successor) return transferLeader(spare.pod, successor.pod, led);
  const message = `Replacing ${spare.pod}: ${member.pod} cannot join while all leaders send to an address that it had before`;
  const rest = others(observed, spare).filter((pod) => pod !== member.pod);
  return { type: 'ReplacePod', message, pod: spare.pod, others: rest };
}

/** In the words of events and conditions. */
function detourText({ stop, goal }: Detour): string {
  return `on the way to ${goal} by way of ${stop}`;
}
