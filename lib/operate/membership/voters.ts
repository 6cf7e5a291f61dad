import type { Instance } from '../../resource/resolve.js';
import { commonGroups, peersByLeader, raftAddressOf } from '../cluster/members.js';
import type { Observed } from '../observed.js';

/**
 * In how many Raft groups the server with an ordinal votes, by the word of their leaders; undefined while some group
 * has no leader that answers.
 */
export function votesIn(instance: Instance, ordinal: number, observed: Observed): 'all' | 'some' | 'none' | undefined {
  const peers = peersByLeader(observed.members);
  const groups = commonGroups(observed.members);
  if (groups.length === 0 || groups.some((group) => !peers.has(group))) return undefined;
  const address = raftAddressOf(instance, ordinal, observed);
  const votes = groups.filter((group) => peers.get(group)?.includes(address));
  return votes.length === groups.length ? 'all' : votes.length === 0 ? 'none' : 'some';
}

/**
 * Peers of any Raft group that are servers of this instance with an ordinal from `count` on, in the order in which they
 * are to be removed.
 */
export function stalePeers(
  instance: Instance,
  count: number,
  { members }: Observed,
): { group: string; peer: string }[] {
  const staying = members.filter(({ ordinal }) => ordinal < count);
  const up = new Set(members.flatMap(({ ordinal, server }) => (server?.reachable ? [ordinal] : [])));
  return [...peersByLeader(staying)].flatMap(([group, peers]) => {
    const stale = peers.flatMap((peer) => {
      const ordinal = ordinalOfPeer(instance, peer) ?? -1;
      return ordinal >= count ? [{ group, peer, ordinal }] : [];
    });
    // Those that are down go first: until then one that is up may be needed for the majority.
    stale.sort((a, b) => Number(up.has(a.ordinal)) - Number(up.has(b.ordinal)) || b.ordinal - a.ordinal);
    return stale.map(({ peer }) => ({ group, peer }));
  });
}

/** Of a peer that is a server of this instance. */
export function ordinalOfPeer({ name, domain }: Instance, peer: string): number | undefined {
  const [host = ''] = peer.split(':');
  const [prefix, suffix] = [`${name}-`, `.${domain}`];
  if (!host.startsWith(prefix) || !host.endsWith(suffix)) return undefined;
  const ordinal = host.slice(prefix.length, -suffix.length);
  return /^\d+$/.test(ordinal) ? Number(ordinal) : undefined;
}
