import type { Instance } from '../resource/resolve.js';
import type { Facts, MemberFacts } from './facts.js';
import { commonGroups, isIn, leaderless, peersByLeader, raftAddressOf, stateOf } from './members.js';

/** What keeps these members from serving, or undefined: each is ready and UP, and they agree on one leader of each Raft group. */
export function illness(instance: Instance, facts: Facts, ordinals: readonly number[]): string | undefined {
  const members = ordinals.map((ordinal) => facts.members.find((member) => member.ordinal === ordinal));
  for (const [index, member] of members.entries()) {
    const why = illnessOf(instance, member);
    if (why) return `${instance.name}-${ordinals[index]} ${why}`;
  }
  const known = members.flatMap((member) => member ?? []);
  const [group] = leaderless(known);
  if (group) return `members do not agree on a leader of ${group}`;
  return outsider(known);
}

export function illnessOf(instance: Instance, member: MemberFacts | undefined): string | undefined {
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

/** A member that has not joined a group yet. */
function outsider(members: readonly MemberFacts[]): string | undefined {
  for (const member of members) {
    const group = member.server?.reachable && commonGroups(members).find((one) => !isIn(member, one));
    if (group) return `${member.pod} is not in group ${group}`;
  }
  return undefined;
}

/** What keeps the first `count` servers from being one whole cluster: they are well, each lists exactly them, and each leader has exactly them as peers. */
export function incompleteness(instance: Instance, facts: Facts, count: number): string | undefined {
  const ordinals = firstOrdinals(count);
  const ill = illness(instance, facts, ordinals);
  if (ill) return ill;
  const members = facts.members.filter(({ ordinal }) => ordinal < count);
  for (const { pod, server } of members)
    if (server?.reachable && server.list && server.list.length !== count)
      return `${pod} knows ${server.list.length} members, not ${count}`;
  const expected = ordinals.map((ordinal) => raftAddressOf(instance, ordinal, facts)).sort();
  const told = peersByLeader(members);
  for (const group of commonGroups(members)) {
    const peers = told.get(group);
    if (!peers) return `no member says that it leads group ${group}`;
    if ([...peers].sort().join() !== expected.join()) return `group ${group} has the peers ${peers.join(', ')}`;
  }
  return undefined;
}

export function firstOrdinals(count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal);
}
