import type { Instance } from '../../resource/resolve.js';
import type { Facts, MemberFacts } from '../facts.js';
import { firstOrdinals, illness, illnessOf, incompleteness } from '../health.js';
import { groupsLedBy, hasGroup } from '../members.js';
import { membershipStep, type TransferLeader, transferLeader } from '../membership.js';

/** Deletes a pod that has a former template, for the StatefulSet to make it anew. */
export interface ReplacePod {
  readonly type: 'ReplacePod';
  readonly message: string;
  readonly pod: string;
  /** That must still be ready when it happens. */
  readonly others: readonly string[];
}

/**
 * Brings a changed pod template to the servers: first a pod that is broken, then followers, the leader last; one at a time, and the next
 * only once the whole cluster is well. So a template with which servers do not start stops at the first, and the former one heals it.
 */
export function rollout(instance: Instance, facts: Facts): ReplacePod | TransferLeader | undefined {
  if (!facts.live?.seen) return undefined;
  // One that is no server any more is about to go by itself.
  const outdated = facts.members.filter(
    ({ outdated, ending, ordinal }) => outdated && !ending && ordinal < instance.servers.replicas,
  );
  const halted = outdated.find((member) => member.halted);
  if (halted) return replace(halted, 'it cannot run as it is', []);
  if (instance.servers.mode === 'standalone') return outdated[0] && replace(outdated[0], 'it is changed', []);
  const broken = onlyBroken(instance, facts);
  if (broken && outdated.includes(broken))
    return replace(broken, 'it is not well, all others are', others(facts, broken));
  // Where the former template keeps members from being ready, only the new one helps; without them no fewer serve.
  const unready = outdated.filter((member) => !member.ready && illnessOf(instance, asIfReady(member)) === undefined);
  const asked = unready.length > 0 ? { ...facts, members: facts.members.map(asIfReady) } : facts;
  if (rolloutObstacle(instance, asked) !== undefined) return undefined;
  const [next] = (unready.length > 0 ? unready : outdated).sort(
    (a, b) => leaderships(a) - leaderships(b) || b.ordinal - a.ordinal,
  );
  if (!next) return undefined;
  const successor = successorOf(next, facts);
  // A version that adds a group does not have its leadership taken by an older one.
  const handed = successor ? groupsLedBy(next).filter((group) => hasGroup(successor, group)) : [];
  if (successor && handed.length > 0) return transferLeader(next.pod, successor.pod, handed);
  const ready = others({ ...facts, members: facts.members.filter((member) => member.ready) }, next);
  return replace(next, 'it is changed', ready);
}

/** Why the next server can't be replaced yet. */
export function rolloutObstacle(instance: Instance, facts: Facts): string | undefined {
  const { servers } = instance;
  if (servers.mode === 'standalone') return undefined;
  const step = membershipStep(instance, facts);
  if (step) return step.message;
  // Servers that were started with another identity than the Secret has now tell nothing; being ready has to do.
  const telling = { ...facts, members: facts.members.filter((member) => !refuses(member)) };
  if (telling.members.length === facts.members.length) return incompleteness(instance, facts, servers.replicas);
  const silent = facts.members.find((member) => refuses(member) && !(member.ready && member.outdated));
  if (silent) return `${silent.pod} does not take the identity of the Secret`;
  if (facts.members.length < servers.replicas) return 'a server is missing';
  return illness(
    instance,
    telling,
    telling.members.map(({ ordinal }) => ordinal),
  );
}

function refuses({ server }: MemberFacts): boolean {
  return server?.reachable === true && server.refused;
}

/** The one server that is not well, where all others are. */
function onlyBroken(instance: Instance, facts: Facts): MemberFacts | undefined {
  const ill = facts.members.filter((member) => !refuses(member) && illnessOf(instance, member));
  const rest = firstOrdinals(instance.servers.replicas).filter((ordinal) => ordinal !== ill[0]?.ordinal);
  return ill.length === 1 && !illness(instance, facts, rest) ? ill[0] : undefined;
}

function asIfReady(member: MemberFacts): MemberFacts {
  return { ...member, ready: true };
}

function leaderships(member: MemberFacts): number {
  return groupsLedBy(member).length;
}

/** Who is changed already does not have to hand the leadership on again. */
function successorOf(leader: MemberFacts, { members }: Facts): MemberFacts | undefined {
  const candidates = members.filter(({ pod }) => pod !== leader.pod);
  return candidates.find(({ outdated }) => !outdated) ?? candidates[0];
}

export function others({ members }: Facts, { pod }: MemberFacts): string[] {
  return members.map((member) => member.pod).filter((other) => other !== pod);
}

function replace({ pod }: MemberFacts, why: string, others: readonly string[]): ReplacePod {
  return { type: 'ReplacePod', message: `replacing ${pod}: ${why}`, pod, others };
}
