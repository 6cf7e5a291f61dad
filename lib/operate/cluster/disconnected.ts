import type { Instance } from '../../resource/resolve.js';
import type { Observed, ObservedMember } from '../observed.js';
import {
  firstOrdinals,
  groupsLedBy,
  knowsLeaders,
  leaderships,
  peersByLeader,
  raftAddressOf,
  unhealthyMembers,
  unhealthyReason,
} from './members.js';

/**
 * Milliseconds after which a member that does not join is worth a word: longer than one took to start beside running
 * ones (measured: 48 s at most), shorter than the 15 minutes of the kernel. Only said: starts may take longer.
 */
export const patience = 180_000;

/** A leader is heard of within an election timeout of 5 s (nacos: RaftSysConstants.java). In milliseconds. */
const deafLongEnough = 60_000;

/** A member that does not join, as when leaders hold connections to an address that vanished without a word. */
export interface Disconnected {
  readonly member: ObservedMember;
  /** Members that lead a group, and ran before the lost one had its present address. */
  readonly leaders: readonly ObservedMember[];
  /** A member whose pod was made later, and so knows no other address. */
  readonly fresh?: ObservedMember;
  /** The one to replace in order to have a fresh one: of the others it leads least. */
  readonly spare: ObservedMember;
  /** Whether a majority is left while the spare one is replaced. */
  readonly safe: boolean;
  /**
   * Whether the member says itself that it is UP and hears no leader, though each leader takes it for a peer. One that
   * does not answer may just take long to start, and would not start sooner if others were replaced.
   */
  readonly certain: boolean;
}

/**
 * When a node vanishes, its connections stay open; Raft has no keepalive, so that a leader sends to the old address of
 * a member until the kernel gives up (measured on 2.3.2 and 3.0.3). Recognized by a member that does not join from a
 * new pod, while all others are well and nothing else goes on: a server that was only restarted in its pod has closed
 * its connections. Once a member is there whose pod was made since, no other one is replaced.
 */
export function disconnected(instance: Instance, observed: Observed): Disconnected | undefined {
  const { servers } = instance;
  if (servers.mode !== 'cluster') return undefined;
  const count = servers.members.length;
  if (servers.desired !== count || observed.members.some(({ outdated }) => outdated)) return undefined;
  const members = observed.members.filter(({ ordinal }) => ordinal < count);
  const led = members.flatMap(groupsLedBy);
  const [member, ...more] = members.filter((one) => unhealthyReason(instance, one) || !knowsLeaders(one, led));
  if (!member?.since || !member.created || member.restarts || more.length > 0) return undefined;
  const certain = (member.deafFor ?? 0) >= deafLongEnough && isPeer(instance, member, observed);
  if (!certain && observed.at - member.since < patience) return undefined;
  const rest = firstOrdinals(count).filter((ordinal) => ordinal !== member.ordinal);
  if (unhealthyMembers(instance, observed, rest)) return undefined;
  const { created } = member;
  const others = members.filter((one) => one !== member).sort((a, b) => leaderships(a) - leaderships(b));
  // By one clock, that of the API server.
  const isFresh = (one: ObservedMember) => one.created !== undefined && one.created > created;
  const fresh = others.find(isFresh);
  const leaders = others.filter((one) => leaderships(one) > 0 && !isFresh(one));
  const [spare] = others;
  if (!spare || leaders.length === 0) return undefined;
  return { member, leaders, ...(fresh && { fresh }), spare, safe: (count - 2) * 2 > count, certain };
}

/** Whether the leader of each group takes the member for a voter, and so should send to it. */
function isPeer(instance: Instance, { ordinal }: ObservedMember, observed: Observed): boolean {
  const address = raftAddressOf(instance, ordinal, observed);
  const led = [...peersByLeader(observed.members).values()];
  return led.length > 0 && led.every((peers) => peers.includes(address));
}

/** Milliseconds after which a pod that was not looked at any more is forgotten. */
const forgotten = 600_000;

interface Spell {
  readonly since: number;
  last: number;
}

/**
 * For how long servers have said that they are UP and hear no leader of a group that has one. A fact that takes two
 * looks: another process begins from zero, so that nothing is done too early. The clocks of API server, nodes and
 * operator differ; this one is set by nothing.
 */
export class Deafness {
  private readonly spells = new Map<string, Spell>();

  /** @param now milliseconds of a clock that only goes on */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param uids of the members' pods, by their names */
  seen(members: readonly ObservedMember[], uids: ReadonlyMap<string, string>): ObservedMember[] {
    const now = this.now();
    const led = members.flatMap(groupsLedBy);
    const found = members.map((member): ObservedMember => {
      const uid = uids.get(member.pod) ?? '';
      const { server } = member;
      if (!server?.reachable || server.state !== 'UP' || knowsLeaders(member, led)) {
        this.spells.delete(uid);
        return member;
      }
      const spell = this.spells.get(uid) ?? { since: now, last: now };
      spell.last = now;
      this.spells.set(uid, spell);
      return { ...member, deafFor: now - spell.since };
    });
    for (const [uid, { last }] of this.spells) if (now - last > forgotten) this.spells.delete(uid);
    return found;
  }
}
