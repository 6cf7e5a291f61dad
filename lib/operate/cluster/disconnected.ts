import type { Instance } from '../../resource/resolve.js';
import type { Observed, ObservedMember } from '../observed.js';
import { firstOrdinals, unhealthyMembers, unhealthyReason } from './health.js';
import { groupsLedBy } from './members.js';

/**
 * Longer than a member took to start beside running ones (measured: 48 s at most), shorter than the 15 minutes of the
 * kernel. In milliseconds.
 */
const patience = 180_000;

/** A member that can't join, since leaders hold connections to an address that vanished without a word. */
export interface Disconnected {
  readonly member: ObservedMember;
  /** Members that lead a group, and ran before the lost one had its present address. */
  readonly leaders: readonly ObservedMember[];
  /** A member that began to run later, and so knows no other address. */
  readonly fresh?: ObservedMember;
  /** The one to replace in order to have a fresh one: of the others it leads least. */
  readonly spare: ObservedMember;
  /** Whether a majority is left while the spare one is replaced. */
  readonly safe: boolean;
}

/**
 * When a node vanishes, its connections stay open; Raft has no keepalive, so that a leader sends to the old address of
 * a member until the kernel gives up (measured on 2.3.2 and 3.0.3). Recognized by a member that runs for minutes in a
 * new pod and does not join, while all others are well and nothing else goes on: a server that was only restarted in
 * its pod has closed its connections.
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
  if (observed.at - member.since < patience) return undefined;
  const rest = firstOrdinals(count).filter((ordinal) => ordinal !== member.ordinal);
  if (unhealthyMembers(instance, observed, rest)) return undefined;
  const { created } = member;
  const others = members.filter((one) => one !== member).sort((a, b) => leaderships(a) - leaderships(b));
  const fresh = others.find(({ since }) => since !== undefined && since > created);
  const leaders = others.filter((one) => leaderships(one) > 0 && !(one.since && one.since > created));
  const [spare] = others;
  if (!spare || leaders.length === 0) return undefined;
  return { member, leaders, ...(fresh && { fresh }), spare, safe: (count - 2) * 2 > count };
}

/** Whether a member knows a leader of each group that has one; 2.3.2 is UP before (measured). */
function knowsLeaders({ server }: ObservedMember, groups: readonly string[]): boolean {
  return server?.reachable === true && groups.every((group) => server.leaders[group]);
}

function leaderships(member: ObservedMember): number {
  return groupsLedBy(member).length;
}
