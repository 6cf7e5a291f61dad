import type { ObservedMember } from '../observed.js';
import { groupsLedBy, knowsLeaders } from './members.js';

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
      if (!isDeaf(member, led)) {
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

function isDeaf(member: ObservedMember, led: readonly string[]): boolean {
  const { server } = member;
  return server?.reachable === true && server.state === 'UP' && !knowsLeaders(member, led);
}
