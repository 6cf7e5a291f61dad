import { type Instance, memberHost } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import { ports } from '../server/profiles.js';
import type { Facts, MemberFacts } from './facts.js';
import { isAtLeast } from './versions.js';

type MemberStatus = NonNullable<NacosStatus['members']>[number];

/** Servers that answer. */
export function answering({ members }: Facts): MemberFacts[] {
  return members.filter(({ server }) => server?.reachable);
}

/** UP, STARTING, …; what is no member's state stands for what the operator could not learn. */
export function stateOf({ servers }: Instance, member: MemberFacts | undefined): string {
  const { server } = member ?? {};
  if (!server) return 'Absent';
  if (!server.reachable) return 'Unreachable';
  if (server.refused) return 'Refused';
  return server.state ?? (servers.mode === 'standalone' ? 'UP' : 'Unknown');
}

/** `status.members`: one entry for each server that there is or should be. */
export function memberStatuses(instance: Instance, facts: Facts, before: NacosStatus | undefined): MemberStatus[] {
  const { servers, name } = instance;
  const known = servers.mode === 'cluster' && facts.live ? servers.replicas : 0;
  const count = Math.max(known, ...facts.members.map(({ ordinal }) => ordinal + 1));
  return Array.from({ length: count }, (_, ordinal) => {
    const member = facts.members.find((one) => one.ordinal === ordinal);
    const pod = `${name}-${ordinal}`;
    const last = before?.members?.find((one) => one.pod === pod);
    return memberStatus(instance, pod, member, last, facts.at);
  });
}

function memberStatus(
  instance: Instance,
  pod: string,
  member: MemberFacts | undefined,
  before: MemberStatus | undefined,
  at: number,
): MemberStatus {
  const state = stateOf(instance, member);
  const server = member?.server?.reachable ? member.server : undefined;
  const leaderOf = member ? groupsLedBy(member) : [];
  const since = before?.state === state ? before.lastTransitionTime : undefined;
  return {
    pod,
    state,
    ...(server?.address && { address: server.address }),
    ...(server?.version && { version: server.version }),
    ...(leaderOf.length > 0 && { leaderOf }),
    lastTransitionTime: since ?? `${new Date(at).toISOString().slice(0, 19)}Z`,
  };
}

/** Raft groups that a member says it leads. */
export function groupsLedBy({ server }: MemberFacts): string[] {
  if (!server?.reachable) return [];
  return Object.entries(server.leaders)
    .flatMap(([group, leader]) => (leader !== '' && leader === server.raftAddress ? [group] : []))
    .sort();
}

/** Raft groups for which some of the members see no leader, or another one than the rest. */
export function leaderless(members: readonly MemberFacts[]): string[] {
  return commonGroups(members).filter((group) => {
    const leaders = new Set(members.flatMap(({ server }) => (server?.reachable ? (server.leaders[group] ?? []) : [])));
    return leaders.size > 1 || leaders.has('');
  });
}

/** Raft groups that every member should be in: during an upgrade those of the oldest, as a version may add some (3.0 did: a lock). */
export function commonGroups(members: readonly MemberFacts[]): string[] {
  const servers = members.flatMap(({ server }) => (server?.reachable ? [server] : []));
  const oldest = servers.filter(({ version = '' }) =>
    servers.every((other) => isAtLeast(other.version ?? '', version)),
  );
  return [...new Set(oldest.flatMap(({ leaders }) => Object.keys(leaders)))];
}

/** Whether the version of a member has a group. */
export function hasGroup({ server }: MemberFacts, group: string): boolean {
  return server?.reachable === true && group in server.leaders;
}

/** Whether a member knows a leader of a group. */
export function isIn({ server }: MemberFacts, group: string): boolean {
  return server?.reachable === true && Boolean(server.leaders[group]);
}

/** What Raft calls a member, by its own word where it has said it. */
export function raftAddressOf(instance: Instance, ordinal: number, { members }: Facts): string {
  const server = members.find((member) => member.ordinal === ordinal)?.server;
  const own = server?.reachable ? server.raftAddress : undefined;
  return own ?? `${memberHost(instance, ordinal)}:${ports.raft}`;
}

/**
 * Raft group → its peers, by the word of the leader. A follower's is no use: it can stay at an older set for minutes (measured on
 * 2.3.2, after a removal that followed a change of the leader).
 */
export function peersByLeader(members: readonly MemberFacts[]): ReadonlyMap<string, readonly string[]> {
  const told = members.flatMap((member) =>
    groupsLedBy(member).map(
      (group) => [group, member.server?.reachable ? (member.server.peers[group] ?? []) : []] as const,
    ),
  );
  return new Map(told);
}

/** Peers of any Raft group that are servers of this instance with an ordinal from `count` on: voters that are no members. */
export function ghosts(instance: Instance, count: number, { members }: Facts): { group: string; peer: string }[] {
  const staying = members.filter(({ ordinal }) => ordinal < count);
  return [...peersByLeader(staying)].flatMap(([group, peers]) =>
    peers.filter((peer) => (ordinalOfPeer(instance, peer) ?? -1) >= count).map((peer) => ({ group, peer })),
  );
}

function ordinalOfPeer({ name, domain }: Instance, peer: string): number | undefined {
  const [host = ''] = peer.split(':');
  const [prefix, suffix] = [`${name}-`, `.${domain}`];
  if (!host.startsWith(prefix) || !host.endsWith(suffix)) return undefined;
  const ordinal = host.slice(prefix.length, -suffix.length);
  return /^\d+$/.test(ordinal) ? Number(ordinal) : undefined;
}
