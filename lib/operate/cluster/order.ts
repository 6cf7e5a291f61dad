import type { ObservedMember } from '../observed.js';
import { groupsLedBy } from './members.js';

/** In the order in which a roll takes them: followers first, from the last one on, and the leader at the end. */
export function inRollOrder(members: readonly ObservedMember[]): ObservedMember[] {
  return [...members].sort((a, b) => leaderships(a) - leaderships(b) || b.ordinal - a.ordinal);
}

function leaderships(member: ObservedMember): number {
  return groupsLedBy(member).length;
}
