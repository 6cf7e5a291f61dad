import type { Instance } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import type { Observed, ObservedMember } from '../observed.js';
import { commonGroups, leaderless, peersByLeader, raftAddressOf, stateOf } from './members.js';

/**
 * Why these members are not well, or undefined: each is ready and UP, and they agree on one leader of each Raft group.
 */
export function unhealthyMembers(
  instance: Instance,
  observed: Observed,
  ordinals: readonly number[],
): string | undefined {
  const byOrdinal = new Map(observed.members.map((member) => [member.ordinal, member]));
  for (const ordinal of ordinals) {
    const why = unhealthyReason(instance, byOrdinal.get(ordinal));
    if (why) return `${instance.name}-${ordinal} ${why}`;
  }
  const known = ordinals.flatMap((ordinal) => byOrdinal.get(ordinal) ?? []);
  const [group] = leaderless(known);
  if (group) return `members do not agree on a leader of ${group}`;
  return outsider(known);
}

export function unhealthyReason(instance: Instance, member: ObservedMember | undefined): string | undefined {
  const state = stateOf(instance, member);
  const { server, halted } = member ?? {};
  if (server?.reachable === false) return `is ${state} (${halted ? 'its pod cannot run' : server.reason})`;
  if (state !== 'UP') return `is ${state}`;
  return member?.ready || neverReady(instance) ? undefined : 'is not ready';
}

/** Whether nothing but a second member makes the first one ready. */
export function neverReady({ servers, profile }: Instance): boolean {
  return profile.unreadyAlone && servers.mode === 'cluster' && servers.members.length === 1;
}

/** A member that has not joined a group yet: it knows no leader of it. */
function outsider(members: readonly ObservedMember[]): string | undefined {
  for (const { pod, server } of members) {
    const group = server?.reachable && commonGroups(members).find((one) => !server.leaders[one]);
    if (group) return `${pod} is not in group ${group}`;
  }
  return undefined;
}

/**
 * Why some servers are not one whole cluster, or undefined: they are well, each member lists exactly the members, and
 * each leader has all members as peers and no other server than these.
 *
 * @param staying ordinals of the servers, also of those that vote and are not listed. @default the members
 */
export function incompleteness(
  instance: Instance,
  observed: Observed,
  members: number,
  staying: readonly number[] = firstOrdinals(members),
): string | undefined {
  const unhealthy = unhealthyMembers(instance, observed, staying);
  if (unhealthy) return unhealthy;
  const running = observed.members.filter(({ ordinal }) => staying.includes(ordinal));
  for (const { pod, ordinal, server } of running)
    if (ordinal < members && server?.reachable && server.list && server.list.length !== members)
      return `${pod} knows ${server.list.length} members, not ${members}`;
  const addresses = staying.map((ordinal) => raftAddressOf(instance, ordinal, observed));
  const led = peersByLeader(running);
  for (const group of commonGroups(running)) {
    const peers = led.get(group);
    if (!peers) return `no member says that it leads group ${group}`;
    const missing = addresses.slice(0, members).some((address) => !peers.includes(address));
    if (missing || peers.some((peer) => !addresses.includes(peer)))
      return `group ${group} has the peers ${peers.join(', ')}`;
  }
  return undefined;
}

/** A StatefulSet may be scaled by hand to a million: those beyond any cluster are like the first of them. */
export function firstOrdinals(count: number): number[] {
  return Array.from({ length: Math.min(count, mostServers + 1) }, (_, ordinal) => ordinal);
}
