import { type Instance, memberHost } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import { ports } from '../../server/profiles.js';
import { isAtLeast } from '../../server/version.js';
import type { Observed, ObservedMember } from '../observed.js';

/** UP, STARTING, …; or Absent, Unreachable, Refused, Unknown where the operator could not learn it. */
export function stateOf({ servers }: Instance, member: ObservedMember | undefined): string {
  const { server } = member ?? {};
  if (!server) return 'Absent';
  if (!server.reachable) return 'Unreachable';
  if (server.refused) return 'Refused';
  return server.state ?? (servers.mode === 'standalone' ? 'UP' : 'Unknown');
}

/** Raft groups that a member says it leads. */
export function groupsLedBy({ server }: ObservedMember): string[] {
  if (!server?.reachable) return [];
  return Object.entries(server.leaders)
    .flatMap(([group, leader]) => (leader !== '' && leader === server.raftAddress ? [group] : []))
    .sort();
}

/** Raft groups for which some of the members see no leader, or another one than the rest. */
export function leaderless(members: readonly ObservedMember[]): string[] {
  return commonGroups(members).filter((group) => {
    const leaders = new Set(members.flatMap(({ server }) => (server?.reachable ? (server.leaders[group] ?? []) : [])));
    return leaders.size > 1 || leaders.has('');
  });
}

/**
 * Raft groups that every member should be in: during an upgrade those of the oldest, as a version may add some (3.0
 * did: a lock).
 */
export function commonGroups(members: readonly ObservedMember[]): string[] {
  const servers = members.flatMap(({ server }) => (server?.reachable ? [server] : []));
  const versions = [...new Set(servers.map(({ version = '' }) => version))];
  const oldest = versions.filter((version) => versions.every((other) => isAtLeast(other, version)));
  const ofOldest = servers.filter(({ version = '' }) => oldest.includes(version));
  return [...new Set(ofOldest.flatMap(({ leaders }) => Object.keys(leaders)))];
}

/** Whether a member knows a leader of each of the groups; 2.3.2 is UP before (measured). */
export function knowsLeaders({ server }: ObservedMember, groups: readonly string[]): boolean {
  return server?.reachable === true && groups.every((group) => server.leaders[group]);
}

/** What Raft calls a member, by its own word where it has said it. */
export function raftAddressOf(instance: Instance, ordinal: number, { members }: Observed): string {
  const server = members.find((member) => member.ordinal === ordinal)?.server;
  const own = server?.reachable ? server.raftAddress : undefined;
  return own ?? `${memberHost(instance, ordinal)}:${ports.raft}`;
}

/**
 * Raft group → its peers, by the word of the leader. A follower's is no use: it can stay at an older set for minutes
 * (measured on 2.3.2, after a removal that followed a change of the leader).
 */
export function peersByLeader(members: readonly ObservedMember[]): ReadonlyMap<string, readonly string[]> {
  const ledPeers = members.flatMap((member) =>
    groupsLedBy(member).map(
      (group) => [group, member.server?.reachable ? (member.server.peers[group] ?? []) : []] as const,
    ),
  );
  return new Map(ledPeers);
}

/** Whether a server that answers knows no leader of any group. */
export function isLeaderless({ server }: ObservedMember): boolean {
  return server?.reachable === true && Object.values(server.leaders).every((leader) => leader === '');
}

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

/** Milliseconds from the start of a server: one that others do not find again by then is not waited for. */
const foundWithin = 120_000;

/**
 * Why members do not agree yet on who serves, a moment after one of them has started: each hands registrations on by
 * its own list, and the other one refuses them, for seconds (nacos: DistroFilter.java; measured on 2.3.2).
 */
export function disagreement({ members, at }: Pick<Observed, 'members' | 'at'>): string | undefined {
  if (!members.some(({ since = 0 }) => at - since < foundWithin)) return undefined;
  for (const { pod, server } of members) {
    const [first] = server?.reachable ? Object.entries(server.down ?? {}) : [];
    if (first) return `${pod} takes ${first[0]} for ${first[1]}`;
  }
  return undefined;
}

/** A StatefulSet may be scaled by hand to a million: those beyond any cluster are like the first of them. */
export function firstOrdinals(count: number): number[] {
  return Array.from({ length: Math.min(count, mostServers + 1) }, (_, ordinal) => ordinal);
}

/** In the order in which a roll takes them: followers first, from the last one on, and the leader at the end. */
export function inRollOrder(members: readonly ObservedMember[]): ObservedMember[] {
  return [...members].sort((a, b) => leaderships(a) - leaderships(b) || b.ordinal - a.ordinal);
}

/** Number of Raft groups that a member leads. */
export function leaderships(member: ObservedMember): number {
  return groupsLedBy(member).length;
}
