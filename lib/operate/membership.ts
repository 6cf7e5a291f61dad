import type { Cluster, Instance } from '../resource/resolve.js';
import type { Facts, MemberFacts } from './facts.js';
import { firstOrdinals, illness, illnessOf, incompleteness } from './health.js';
import { ghosts, groupsLedBy } from './members.js';

/** What brings a cluster one step nearer to the size that is asked for. */
export type MembershipStep = Resize | MembershipAction | Wait;

/** Another list of members, or another number of servers: a status that `render` reads. */
export interface Resize {
  readonly type: 'Resize';
  readonly members: number;
  readonly servers: number;
  readonly message: string;
}

/** Nothing can be done until something else has happened. */
export interface Wait {
  readonly type: 'Wait';
  readonly message: string;
}

export type MembershipAction = LeadClients | TellMembers | TransferLeader | RemovePeers;

/** Leads clients to servers, or no longer. */
export interface LeadClients {
  readonly type: 'AdmitMember' | 'DrainMember';
  readonly message: string;
  readonly pods: readonly string[];
}

/** Has the kubelets of pods hand on the list at once; by themselves they take a minute. */
export interface TellMembers {
  readonly type: 'TellMembers';
  readonly message: string;
  readonly pods: readonly string[];
  /** In the list by now. */
  readonly members: number;
}

/** Makes another member the leader of Raft groups. */
export interface TransferLeader {
  readonly type: 'TransferLeader';
  readonly message: string;
  readonly from: string;
  readonly to: string;
  readonly groups: readonly string[];
}

/** Takes voters that are no members out of Raft groups. */
export interface RemovePeers {
  readonly type: 'RemovePeers';
  readonly message: string;
  /** Of a member that is asked to do it. */
  readonly pod: string;
  readonly peers: readonly { readonly group: string; readonly peer: string }[];
}

/**
 * The next step, or undefined at rest. Pure; the whole of how members come and go (docs/design/members.md):
 *
 *   out:  one more in the list and one more server; it joins Raft when it starts
 *   in:   no more clients → its leaderships moved → out of the list → out of Raft → its server stopped
 *
 * A step is taken once every member says that the one before is done, so whoever starts anew goes on from what is there.
 */
export function membershipStep(instance: Instance, facts: Facts): MembershipStep | undefined {
  const { servers, name } = instance;
  const { live } = facts;
  if (servers.mode !== 'cluster' || !live) return undefined;
  const members = servers.members.length;
  if (live.members !== members || live.servers !== servers.replicas)
    return { type: 'Wait', message: 'the last change of the list or of the StatefulSet is not applied yet' };
  const obstacle = servers.asked === members && servers.replicas === members ? undefined : unchangeable(facts);
  if (obstacle) return { type: 'Wait', message: `waits until the number of servers may change: ${obstacle}` };
  if (servers.replicas > members) return finishRemoval(instance, facts, members);
  const ghostly = ghosts(instance, members, facts);
  if (ghostly.length > 0 && !illness(instance, facts, firstOrdinals(members))) {
    const last = facts.members.find(({ ordinal }) => ordinal >= members);
    return last ? { type: 'Wait', message: `waits until pod ${last.pod} is gone` } : removePeers(name, ghostly);
  }
  if (servers.asked > members) return grow(instance, facts, members);
  if (servers.asked < members) return shrink(instance, facts, servers);
  return admit(facts, members) ?? tell(facts, members);
}

/** Why another number of servers would not reach the StatefulSet, so that the list must not tell it to the members. */
function unchangeable({ held, volumes }: Facts): string | undefined {
  return held ?? (volumes?.outdatedTemplates ? 'the StatefulSet has former claim templates' : undefined);
}

function grow(instance: Instance, facts: Facts, members: number): MembershipStep {
  const added = `${instance.name}-${members}`;
  const obstacle = incompleteness(instance, facts, members);
  if (obstacle) return tell(facts, members) ?? { type: 'Wait', message: `adding ${added} waits: ${obstacle}` };
  return { type: 'Resize', members: members + 1, servers: members + 1, message: `adding ${added}` };
}

/** The leaving member itself may be down: without it the others have the better majority. */
function shrink(instance: Instance, facts: Facts, { members: { length } }: Cluster): MembershipStep {
  const staying = length - 1;
  const removed = `${instance.name}-${staying}`;
  const obstacle = illness(instance, facts, firstOrdinals(staying));
  if (obstacle) return { type: 'Wait', message: `removing ${removed} waits: ${obstacle}` };
  const leaving = facts.members.find(({ ordinal }) => ordinal === staying);
  if (leaving?.serves)
    return { type: 'DrainMember', message: `clients are no longer led to ${removed}`, pods: [removed] };
  const led = leaving ? groupsLedBy(leaving) : [];
  if (led.length > 0) return transferLeader(removed, `${instance.name}-0`, led);
  return { type: 'Resize', members: staying, servers: length, message: `removing ${removed} from the members` };
}

/**
 * A server that is no member any more answers from what it had, so it is stopped as soon as Raft is without it. One that is down is
 * stopped before: it would join again when it starts. Not the second of two, without which the first can't decide anything.
 */
function finishRemoval(instance: Instance, facts: Facts, members: number): MembershipStep {
  const stopped = `${instance.name}-${members}`;
  const obstacle = illness(instance, facts, firstOrdinals(members));
  const wait = (why: string): Wait => ({ type: 'Wait', message: `stopping ${stopped} waits: ${why}` });
  const stop = (why: string): Resize => ({
    type: 'Resize',
    members,
    servers: members,
    message: `stopping ${stopped}: ${why}`,
  });
  if (obstacle) return wait(obstacle);
  const untold = tell(facts, members);
  if (untold) return untold;
  const leaving = facts.members.find(({ ordinal }) => ordinal === members);
  const down = leaving && illnessOf(instance, leaving);
  if (down && members > 1) return stop(`it ${down}`);
  // As long as Raft has it, it can be made a leader again: what it leads is told by nobody else.
  const led = leaving && !down ? groupsLedBy(leaving) : [];
  if (led.length > 0) return transferLeader(stopped, `${instance.name}-0`, led);
  const ghostly = ghosts(instance, members, facts);
  if (ghostly.length > 0) return removePeers(instance.name, ghostly);
  const rest = incompleteness(instance, facts, members);
  if (rest) return wait(rest);
  return down && !leaving.halted ? wait(`it ${down}`) : stop('Raft is without it');
}

export function transferLeader(from: string, to: string, groups: readonly string[]): TransferLeader {
  const message = `moving the leaderships of ${from} to ${to}: ${groups.join(', ')}`;
  return { type: 'TransferLeader', message, from, to, groups };
}

function removePeers(name: string, peers: RemovePeers['peers']): RemovePeers {
  const who = [...new Set(peers.map(({ peer }) => peer))].join(', ');
  return { type: 'RemovePeers', message: `taking ${who} out of Raft`, pod: `${name}-0`, peers };
}

/** Members whose pods were made before there was the label, or that were to leave and now stay. */
function admit({ members }: Facts, count: number): LeadClients | undefined {
  const pods = podsWith(members, count, ({ serves }) => serves === false);
  if (pods.length === 0) return undefined;
  return { type: 'AdmitMember', message: `clients are led to ${pods.join(', ')}`, pods };
}

/** Members that know another number of members than the list has, and whose kubelet was not told of it. */
function tell({ members }: Facts, count: number): TellMembers | undefined {
  const pods = podsWith(members, count, ({ server, told }) => {
    return told !== count && server?.reachable === true && (server.list?.length ?? count) !== count;
  });
  if (pods.length === 0) return undefined;
  return { type: 'TellMembers', message: `${pods.join(', ')}: there are ${count} members now`, pods, members: count };
}

function podsWith(members: readonly MemberFacts[], count: number, condition: (member: MemberFacts) => boolean) {
  return members.filter((member) => member.ordinal < count && condition(member)).map(({ pod }) => pod);
}
