import type { Action } from 'cdk8s-reconciler';
import type { Member } from './etcd.js';
import { type EtcdCluster, peerUrl } from './resource.js';

/** A request to the leader. */
export interface Change extends Action {
  readonly address: string;
  readonly path: string;
  readonly body: object;
}

/**
 * One step towards `size`, from a cluster in which everybody who stays is well.
 *
 * @param available members that have been ready for a while
 */
export function nextChange(cluster: EtcdCluster, members: readonly Member[], available: number): Change | undefined {
  const { size } = cluster.spec;
  const [first] = members;
  const leaving = members.length > size ? members.at(-1) : undefined;
  const leader = members.find(({ leads }) => leads);
  const unwell = members.some((member) => member !== leaving && !member.address);
  if (!first || !leader?.address || unwell) return undefined;
  const { address } = leader;
  const learner = members.find(({ stage }) => stage === 'learner');
  if (learner && learner !== leaving) {
    // As etcd itself judges a learner (server/etcdserver/server.go, readyPercentThreshold).
    const caughtUp = learner.raftIndex > 0.9 * leader.raftIndex;
    return caughtUp ? { type: 'PromoteMember', message: learner.name, address, ...promote(learner) } : undefined;
  }
  if (available < members.length - (leaving ? 1 : 0)) return undefined;
  if (leaving === leader) return { type: 'MoveLeader', message: `to ${first.name}`, address, ...transferTo(first) };
  if (leaving) return { type: 'RemoveMember', message: leaving.name, address, ...remove(leaving) };
  const name = firstFreeName(cluster, members);
  return members.length < size ? { type: 'AddMember', message: name, address, ...add(cluster, name) } : undefined;
}

function transferTo({ id }: Member) {
  return { path: 'maintenance/transfer-leadership', body: { targetID: id } };
}

function remove({ id }: Member) {
  return { path: 'cluster/member/remove', body: { ID: id } };
}

function promote({ id }: Member) {
  return { path: 'cluster/member/promote', body: { ID: id } };
}

/** There are learners since 3.4; before, a member votes from the moment it is added. */
function add(cluster: EtcdCluster, name: string) {
  const isLearner = Number(cluster.spec.version.split('.')[1]) >= 4;
  return { path: 'cluster/member/add', body: { peerURLs: [peerUrl(cluster, name)], ...(isLearner && { isLearner }) } };
}

function firstFreeName({ metadata, spec }: EtcdCluster, members: readonly Member[]): string {
  const names = Array.from({ length: spec.size }, (_, number) => `${metadata.name}-${number}`);
  return names.find((candidate) => members.every(({ name }) => name !== candidate)) ?? '';
}

/** What is wrong where more members are down than a rolling update takes, and the others are too few to agree on anything. */
export function quorumLost(members: readonly Member[]): string | undefined {
  const voters = members.filter(({ stage }) => stage === 'voter');
  const down = voters.filter(({ address }) => !address).map(({ name }) => name);
  const needed = Math.floor(voters.length / 2) + 1;
  if (down.length < 2 || voters.length - down.length >= needed) return undefined;
  return `${down.join(', ')} do not answer, and ${needed} of ${voters.length} members must: bring their pods back; if their volumes are lost, restore a snapshot`;
}
