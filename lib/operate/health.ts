import type { Instance } from '../resource/resolve.js';
import type { Facts, MemberFacts } from './facts.js';
import { leaderless, raftAddressOf, stateOf } from './members.js';

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
  return strangeLeader(known);
}

export function illnessOf(instance: Instance, member: MemberFacts | undefined): string | undefined {
  const state = stateOf(instance, member);
  if (state !== 'UP') return `is ${state}`;
  return member?.ready ? undefined : 'is not ready';
}

/** A member that has not joined a group yet, or a leader that is none of its peers. */
function strangeLeader(members: readonly MemberFacts[]): string | undefined {
  const groups = new Set(members.flatMap(({ server }) => (server?.reachable ? Object.keys(server.leaders) : [])));
  for (const { pod, server } of members)
    for (const group of groups) {
      if (!server?.reachable) continue;
      const leader = server.leaders[group];
      if (!leader) return `${pod} is not in group ${group}`;
      const peers = server.peers[group] ?? [];
      if (!peers.includes(leader)) return `on ${pod}, the leader of ${group} is none of its peers`;
    }
  return undefined;
}

/** What keeps the first `count` servers from being one whole cluster: they are well, and each lists exactly them and has exactly them as peers. */
export function incompleteness(instance: Instance, facts: Facts, count: number): string | undefined {
  const ordinals = firstOrdinals(count);
  const ill = illness(instance, facts, ordinals);
  if (ill) return ill;
  const expected = ordinals.map((ordinal) => raftAddressOf(instance, ordinal, facts)).sort();
  for (const { pod, ordinal, server } of facts.members) {
    if (ordinal >= count || !server?.reachable) continue;
    if (server.list && server.list.length !== count) return `${pod} knows ${server.list.length} members, not ${count}`;
    for (const [group, peers] of Object.entries(server.peers))
      if ([...peers].sort().join() !== expected.join())
        return `on ${pod}, group ${group} has the peers ${peers.join(', ')}`;
  }
  return undefined;
}

export function firstOrdinals(count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal);
}
