import type { Cluster, Instance, Size } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import {
  firstOrdinals,
  groupsLedBy,
  incompleteness,
  isLeaderless,
  peersByLeader,
  raftAddressOf,
  unhealthyMembers,
  unhealthyReason,
} from '../cluster/members.js';
import type { Observed, ObservedMember } from '../observed.js';
import { claimAt, dataThatRuns } from '../volumes/claims.js';
import { strangeClaim } from '../volumes/data.js';
import { ordinalOfPeer, stalePeers, votesIn } from './voters.js';

/**
 * Changes the list of members, or the number of servers, by one: other children, written by the decision that takes
 * this step.
 */
interface Resize {
  readonly type: 'ScaleUp' | 'ScaleDown';
  readonly message: string;
  readonly inChildren: true;
  readonly size: Size;
}

/** Lets the Services for clients lead to members, or no longer. */
export interface SetTraffic {
  readonly type: 'EnableTraffic' | 'DisableTraffic';
  readonly message: string;
  readonly pods: readonly string[];
}

/** Has the kubelets of pods hand on the list at once; by themselves they take a minute. */
export interface SyncMembers {
  readonly type: 'SyncMembers';
  readonly message: string;
  readonly pods: readonly string[];
  /** Lines in the list. */
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

/** Takes stale peers out of Raft groups. */
export interface RemovePeers {
  readonly type: 'RemovePeers';
  readonly message: string;
  /** Pod of the member that is asked to do it. */
  readonly pod: string;
  readonly peers: readonly { readonly group: string; readonly peer: string }[];
}

/** Deletes the claim of a member that has left, where claims are not retained. */
export interface DeleteClaim {
  readonly type: 'DeleteClaim';
  readonly message: string;
  readonly claim: string;
  /** Its server, which is gone. */
  readonly pod: string;
}

export type MembershipStep = Resize | SetTraffic | SyncMembers | TransferLeader | RemovePeers | DeleteClaim;

/** Nothing can be done until something else has happened. */
export interface Wait {
  readonly type: 'Wait';
  readonly message: string;
  /** Whether only another spec ends it. */
  readonly refused?: boolean;
}

/** What the steps of a cluster go by. */
interface Look {
  readonly instance: Instance;
  readonly servers: Cluster;
  readonly observed: Observed;
  /** Lines in the list. */
  readonly members: number;
}

/**
 * The next step towards the desired size, or undefined at rest. Pure; all of how members come and go
 * (docs/design/members.md):
 *
 *   up:    one more in the list and one more server; it joins Raft when it starts
 *   down:  no client traffic → its leaderships moved → out of the list → out of Raft → its server stopped
 *
 * A step is taken once every member says that the one before is done. How far a change has come is read from the list,
 * the StatefulSet and Raft, so that any process goes on from there.
 *
 * @param obstacle why the StatefulSet cannot change now
 */
export function membershipStep(
  instance: Instance,
  observed: Observed,
  obstacle: string | undefined,
): MembershipStep | Wait | undefined {
  const { servers } = instance;
  if (servers.mode !== 'cluster' || !observed.statefulSet) return undefined;
  const look = { instance, servers, observed, members: servers.members.length };
  const { desired, replicas } = servers;
  const { members } = look;
  const stale = stalePeers(instance, members, observed);
  const atRest = desired === members && replicas === members && observed.listed === members;
  if (obstacle && !atRest) return wait(`waits until the number of servers may change: ${obstacle}`);
  if (replicas < members) return startMissing(look);
  if (desired > members && hasFewerServersThanVoters(look)) return growWithoutMajority(look);
  if (replicas > members) return dropUnstarted(look) ?? settleExtra(look);
  if (stale.length > 0 && !unhealthyMembers(instance, observed, firstOrdinals(members))) {
    const last = observed.members.find(({ ordinal }) => ordinal >= members);
    return last ? wait(`waits until pod ${last.pod} is gone`) : removePeers(look, stale);
  }
  // Clients come before claims: a member that stays after all is not well without them.
  const left = (desired === members ? enableTraffic(look) : undefined) ?? deleteClaim(look);
  if (left) return left;
  if (desired > members) return grow(look);
  if (desired < members) return shrink(look);
  return syncMembers(look);
}

function grow(look: Look): MembershipStep | Wait {
  const { instance, observed, members } = look;
  const added = podName(look, members);
  const strange = strangeClaim(look, members);
  if (strange) return refused(`adding ${added} waits: ${strange}`);
  const { name, ending } = claimAt(observed.volumes, members) ?? {};
  if (ending)
    return wait(
      `adding ${added} waits until volume claim ${name} is gone: see kubectl describe pvc ${name} for what holds it`,
    );
  const obstacle = incompleteness(instance, observed, members);
  if (obstacle) return syncMembers(look) ?? wait(`adding ${added} waits: ${obstacle}`);
  // One that left Raft, and whose pod is about to go, joins only when it starts again.
  if (memberAt(look, members)) return wait(`adding ${added} waits until its former pod is gone`);
  return scaleUp({ members: members + 1, servers: members + 1 }, `adding ${added}`);
}

/** The leaving member itself may be down: without it the others have the better majority. */
function shrink(look: Look): MembershipStep | Wait {
  const { instance, servers, observed, members } = look;
  const staying = members - 1;
  const removed = podName(look, staying);
  if (servers.desired === 1 && instance.profile.unreadyAlone) {
    const message = `one member of a Nacos 3 cluster is never ready and gets no clients: set spec.replicas to 3, or make a new Nacos with spec.type standalone`;
    return refused(message);
  }
  const obstacle = unhealthyMembers(instance, observed, firstOrdinals(staying));
  if (obstacle) return wait(`removing ${removed} waits: ${obstacle}`);
  return (
    withdraw(look, staying) ??
    scaleDown({ members: staying, servers: members }, staying, `removing ${removed} from the list of members`)
  );
}

/** What a member has of traffic and leaderships goes to the others before it leaves. */
function withdraw(look: Look, ordinal: number): MembershipStep | undefined {
  const leaving = memberAt(look, ordinal);
  if (!leaving) return undefined;
  const { pod, traffic } = leaving;
  if (traffic) return { type: 'DisableTraffic', message: `Disabling client traffic to ${pod}`, pods: [pod] };
  const led = groupsLedBy(leaving);
  return led.length > 0 ? transferLeader(pod, podName(look, 0), led) : undefined;
}

/** Members that do not run: their servers were not started yet, or the StatefulSet was scaled by hand. */
function startMissing(look: Look): MembershipStep | Wait {
  const { servers, observed, members } = look;
  const { desired, replicas } = servers;
  const last = members - 1;
  // Listed by hand, perhaps, or taken back before it was started.
  if (members > desired && votesIn(look.instance, last, observed) === 'none')
    return scaleDown(
      { members: last, servers: replicas },
      last,
      `${podName(look, last)} is listed, and was never started`,
    );
  const next = podName(look, replicas);
  if (replicas >= desired && votesIn(look.instance, replicas, observed) === undefined && !seemsVoter(look, replicas))
    return wait(
      `starting ${next} waits: it is listed beyond spec.replicas, and no server says whether it votes; if it was a member, set spec.replicas to ${members}`,
    );
  const strange = strangeClaim(look, replicas, ['foreign']);
  if (strange) return refused(`starting ${next} waits: ${strange}`);
  return scaleUp({ members, servers: replicas + 1 }, `starting ${next}, which is a member and does not run`);
}

/**
 * Whether more than the list says that a server without a pod is a voter, while no leader answers: its claim, or a
 * majority that those that run lack.
 */
function seemsVoter({ servers: { replicas }, observed }: Look, ordinal: number): boolean {
  const { origin } = dataThatRuns(observed.volumes.claims, replicas) ?? {};
  const mark = claimAt(observed.volumes, ordinal)?.mark;
  if (mark && mark.origin === origin && mark.members > ordinal) return true;
  const answering = observed.members.filter(({ server }) => server?.reachable && !server.refused);
  return answering.length > 0 && answering.every(isLeaderless);
}

/**
 * Servers beyond any cluster, of which there is neither a pod nor a vote: the StatefulSet was scaled by hand, perhaps
 * to a million, and one after the other would take days.
 */
function dropUnstarted({ instance, servers, observed, members }: Look): Resize | undefined {
  const { desired, replicas } = servers;
  if (replicas <= mostServers || votesIn(instance, mostServers, observed) === undefined) return undefined;
  const voters = [...peersByLeader(observed.members).values()].flat();
  const ordinals = [
    ...observed.members.map(({ ordinal }) => ordinal),
    ...voters.map((peer) => ordinalOfPeer(instance, peer) ?? 0),
  ];
  const used = Math.max(desired, members, ...ordinals.map((ordinal) => ordinal + 1));
  if (used >= replicas) return undefined;
  return scaleDown({ members, servers: used }, used, `none of the others of ${replicas} servers has been started`);
}

/** More servers than members: the last one is about to leave, or servers joined while this operator was away. */
function settleExtra(look: Look): MembershipStep | Wait {
  const { instance, servers, observed, members } = look;
  const { desired, replicas } = servers;
  const next = memberAt(look, members);
  // One that this operator was removing gets no clients any more: it leaves first, and then comes again.
  const strange = strangeClaim(look, members, ['foreign']);
  if (desired > members && !strange && (next?.traffic !== false || next.unlabelled)) {
    const { pod } = next ?? { pod: podName(look, members) };
    if (votesIn(instance, members, observed) === 'all')
      return scaleUp({ members: members + 1, servers: replicas }, `adding ${pod}, which has joined already`);
    const unhealthy = unhealthyReason(instance, next);
    if (unhealthy) return wait(`adding ${pod} waits: it ${unhealthy}`);
  }
  return finishRemoval(look, replicas - 1);
}

/**
 * A server that is no member any more answers from what it had, so it is stopped as soon as Raft is without it. One
 * that is down is stopped before: it would join again when it starts. Not the second of two, without which the first
 * can't decide anything.
 */
function finishRemoval(look: Look, ordinal: number): MembershipStep | Wait {
  const { instance, observed, members } = look;
  const stopped = podName(look, ordinal);
  const waits = (why: string) => wait(`stopping ${stopped} waits: ${why}`);
  const stop = (why: string) => scaleDown({ members, servers: ordinal }, ordinal, `stopping ${stopped}: ${why}`);
  // A server between that is neither listed nor votes is about to leave too.
  const staying = firstOrdinals(ordinal).filter((one) => one < members || votesIn(instance, one, observed) !== 'none');
  const obstacle = unhealthyMembers(instance, observed, staying);
  if (obstacle) return waits(obstacle);
  const unsynced = syncMembers(look);
  if (unsynced) return unsynced;
  const leaving = memberAt(look, ordinal);
  const down = leaving && unhealthyReason(instance, leaving);
  if (down && ordinal > 1 && areMajority(look, staying)) return stop(`it ${down}`);
  // As long as Raft has it, it can be made a leader again.
  const withdrawal = down ? undefined : withdraw(look, ordinal);
  if (withdrawal) return withdrawal;
  const stale = stalePeers(instance, ordinal, observed);
  if (stale.length > 0) return removePeers(look, stale);
  const rest = incompleteness(instance, observed, members, staying);
  if (rest) return waits(rest);
  return down && !leaving.halted ? waits(`it ${down}`) : stop('Raft is without it');
}

/** Whether servers are more than half of the voters of each group, by the word of its leader. */
function areMajority({ instance, observed }: Look, ordinals: readonly number[]): boolean {
  const addresses = ordinals.map((ordinal) => raftAddressOf(instance, ordinal, observed));
  const voters = [...peersByLeader(observed.members).values()];
  return voters.every((peers) => peers.filter((peer) => addresses.includes(peer)).length * 2 > peers.length);
}

/**
 * Whether all servers run and none knows a leader, while the next one has a volume from before: a cluster that was
 * created, or scaled by hand, with fewer servers than Raft has voters. No member can join it, and waiting does not
 * help.
 */
function hasFewerServersThanVoters({ instance, servers: { replicas }, observed }: Look): boolean {
  const all = firstOrdinals(replicas).every((ordinal) => {
    const member = observed.members.find((one) => one.ordinal === ordinal);
    return member?.server?.reachable && !member.server.refused && isLeaderless(member);
  });
  const voter = claimAt(observed.volumes, replicas);
  return replicas > 0 && all && voter !== undefined && !strangeClaim({ instance, observed }, replicas, ['foreign']);
}

function growWithoutMajority(look: Look): MembershipStep {
  const { replicas } = look.servers;
  const members = look.members + 1;
  const size = { members, servers: Math.max(members, replicas) };
  return scaleUp(size, `adding ${podName(look, replicas)}, without which there seems to be no majority`);
}

function scaleUp(size: Size, what: string): Resize {
  const message = `Scaling up to ${Math.max(size.members, size.servers)} members: ${what}`;
  return { type: 'ScaleUp', message, inChildren: true, size };
}

function scaleDown(size: Size, left: number, what: string): Resize {
  return { type: 'ScaleDown', message: `Scaling down to ${left} members: ${what}`, inChildren: true, size };
}

export function transferLeader(from: string, to: string, groups: readonly string[]): TransferLeader {
  const message = `Moving the leaderships of ${from} to ${to}: ${groups.join(', ')}`;
  return { type: 'TransferLeader', message, from, to, groups };
}

function removePeers(look: Look, peers: RemovePeers['peers']): RemovePeers {
  const names = [...new Set(peers.map(({ peer }) => peer))].join(', ');
  return { type: 'RemovePeers', message: `Removing ${names} from Raft`, pod: podName(look, 0), peers };
}

/** Members that were to leave and now stay. */
function enableTraffic(look: Look): SetTraffic | undefined {
  const pods = podsWith(look, ({ traffic }) => traffic === false);
  if (pods.length === 0) return undefined;
  return { type: 'EnableTraffic', message: `Enabling client traffic to ${pods.join(', ')}`, pods };
}

/** Members that know another number of members than the list has, and a kubelet that was not made to look at it. */
function syncMembers(look: Look): SyncMembers | undefined {
  const { members } = look;
  const pods = podsWith(look, ({ server, notified }) => {
    return notified !== members && server?.reachable === true && (server.list?.length ?? members) !== members;
  });
  if (pods.length === 0) return undefined;
  const message = `Handing the list of ${members} members to ${pods.join(', ')}`;
  return { type: 'SyncMembers', message, pods, members };
}

function podsWith({ observed, members }: Look, condition: (member: ObservedMember) => boolean): string[] {
  return observed.members.filter((one) => one.ordinal < members && condition(one)).map(({ pod }) => pod);
}

function memberAt({ observed }: Look, ordinal: number): ObservedMember | undefined {
  return observed.members.find((member) => member.ordinal === ordinal);
}

function podName({ instance }: Look, ordinal: number): string {
  return `${instance.name}-${ordinal}`;
}

function refused(message: string): Wait {
  return { type: 'Wait', message, refused: true };
}

/** The only copy of nothing: Raft is without the member, and has what it had. */
function deleteClaim({ instance, observed, members }: Look): DeleteClaim | undefined {
  const claim = claimAt(observed.volumes, members);
  const data = dataThatRuns(observed.volumes.claims, members);
  if (instance.spec.volume?.retain !== false || !data || claim?.mark?.origin !== data.origin) return undefined;
  if (claim.ending || claim.consented || votesIn(instance, members, observed) !== 'none') return undefined;
  const pod = `${instance.name}-${members}`;
  const message = `Deleting volume claim ${claim.name}: ${pod} has left, and spec.volume.retain is false`;
  return { type: 'DeleteClaim', message, claim: claim.name, pod };
}

function wait(message: string): Wait {
  return { type: 'Wait', message };
}
