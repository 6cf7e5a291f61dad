import type { Cluster, Instance } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import type { Facts, MemberFacts } from './facts.js';

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

/**
 * `status.members`: one entry for each server that there ever was, so that a member whose pod is missing for a moment is not forgotten:
 * it stays a peer in every Raft group.
 */
export function memberStatuses(instance: Instance, facts: Facts, before: NacosStatus | undefined): MemberStatus[] {
  const { servers, name } = instance;
  const known = servers.mode === 'cluster' ? (before?.members?.length ?? 0) : 0;
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
  const leaderOf = Object.entries(server?.leaders ?? {}).flatMap(([group, leader]) =>
    leader !== '' && leader === server?.raftAddress ? [group] : [],
  );
  const since = before?.state === state ? before.lastTransitionTime : undefined;
  return {
    pod,
    state,
    ...(server?.address && { address: server.address }),
    ...(server?.version && { version: server.version }),
    ...(leaderOf.length > 0 && { leaderOf: leaderOf.sort() }),
    lastTransitionTime: since ?? `${new Date(at).toISOString().slice(0, 19)}Z`,
  };
}

/** Raft groups for which some member sees no leader, or another one than the rest. */
export function leaderless(facts: Facts): string[] {
  const seen = new Map<string, Set<string>>();
  for (const { server } of facts.members) {
    if (!server?.reachable) continue;
    for (const [group, leader] of Object.entries(server.leaders))
      seen.set(group, (seen.get(group) ?? new Set()).add(leader));
  }
  return [...seen].filter(([, leaders]) => leaders.size > 1 || leaders.has('')).map(([group]) => group);
}

/** Members that would have to be removed. */
export function surplus({ asked, replicas }: Cluster): number {
  return Math.max(0, replicas - asked);
}
