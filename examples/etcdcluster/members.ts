import { Type } from '@sinclair/typebox';
import type { Action, ConditionStatement, ObserveContext } from 'cdk8s-reconciler';
import { type Pod, PodDisruptionBudget, type Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expose, manifest, workload } from 'cdk8s-reconciler/kit';
import type { PodSpec } from 'kubernetes-types/core/v1.js';

/** A server of a cluster that decides by majority. */
export interface Member extends ListedMember {
  /** Of its pod. Undefined where it does not answer. */
  readonly address?: string;
  readonly answers: boolean;
  readonly leads: boolean;
  /** Of a learner: whether it has enough of the data to vote. */
  readonly caughtUp: boolean;
}

/** A member as the others know it. */
export interface ListedMember {
  /** By which the cluster's API knows it. */
  readonly id: string;
  /** Of its pod: that of the StatefulSet, a dash and a number. */
  readonly name: string;
  /** Added but not started, then a learner, which gets the data but has no vote yet, then a voter. */
  readonly stage: 'added' | 'learner' | 'voter';
}

/** What a member says of itself. */
export interface MemberAnswer {
  readonly id: string;
  /** The id of the one that it takes for the leader. */
  readonly leader?: string;
  /** How much of the data it has, such as the index of a log. */
  readonly progress: number;
}

/** How members are asked. */
export interface MemberApi {
  /** What the member at an address says of itself. One that fails does not answer. */
  ask(address: string, context: ObserveContext): Promise<MemberAnswer>;
  /** The members that the one at an address knows. */
  list(address: string, context: ObserveContext): Promise<readonly ListedMember[]>;
}

/** Schema of `MemberStatus`. */
export const memberFields = {
  members: Type.Optional(Type.Array(Type.String(), { description: 'Names, as the cluster lists them.' })),
  joining: Type.Optional(Type.String({ description: 'The one of them that gets its data now.' })),
  readyMembers: Type.Optional(Type.Integer()),
};

/** The members as the status has them, for `memberSet` in the next pass. */
export interface MemberStatus {
  /** Names, as the cluster lists them. */
  readonly members?: string[];
  /** The one of them that has no vote yet. */
  readonly joining?: string;
  readonly readyMembers?: number;
}

/** A request to the leader. */
export interface MemberChange extends Action {
  readonly type: 'AddMember' | 'PromoteMember' | 'MoveLeader' | 'RemoveMember';
  /** Of the member to add, to promote, to make leader or to remove. */
  readonly name: string;
  /** That member, unless it is one to add. */
  readonly member?: Member;
  readonly leader: Member;
  /** Voters beside the leader that answer, of one to add. */
  readonly others?: readonly Member[];
}

/**
 * A learner is promoted with so much of what the leader has (etcd judges likewise: server/etcdserver/server.go,
 * readyPercentThreshold).
 */
const enough = 0.9;

/**
 * The members, for `observe`: as the leader lists them where it answers, else as another does. Without any answer they
 * are those of `status`.
 *
 * @param pods whose addresses are asked
 */
export async function findMembers(
  api: MemberApi,
  pods: readonly Pod[],
  status: MemberStatus | undefined,
  context: ObserveContext,
): Promise<Member[]> {
  const addresses = pods.flatMap(({ status }) => status?.podIP ?? []);
  const asked = addresses.map(async (address) => ({ address, ...(await api.ask(address, context)) }));
  const answers = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const source = answers.find(({ id, leader }) => id === leader) ?? answers[0];
  const nothing = { answers: false, leads: false, caughtUp: false };
  if (!source) return (status?.members ?? []).map((name) => ({ id: '', name, stage: 'voter', ...nothing }));
  const members = (await api.list(source.address, context)).map((member): Member => {
    const answer = answers.find(({ id }) => id === member.id);
    if (!answer) return { ...member, ...nothing };
    const { address, id, leader, progress } = answer;
    return { ...member, address, answers: true, leads: leader === id, caughtUp: progress > enough * source.progress };
  });
  return members.sort((a, b) => ordinal(a.name) - ordinal(b.name));
}

/** What `status` returns of the members. */
export function memberStatus(members: readonly Member[], set: StatefulSet | undefined): MemberStatus {
  return {
    members: members.map(({ name }) => name),
    joining: members.find(({ stage }) => stage !== 'voter')?.name,
    readyMembers: set?.status?.readyReplicas ?? 0,
  };
}

/** What `memberSet` returns. */
export interface MemberSet {
  readonly set: StatefulSet;
  /** The headless Service in which members find each other before they are ready. */
  readonly network: Service;
  readonly budget: PodDisruptionBudget;
  /**
   * The members with which one that starts with an empty volume makes a new cluster, or those of an existing one that
   * it joins. None where none joins: a member that lost its data must not vote as if it had none.
   */
  readonly initial: { readonly members: readonly string[]; readonly state: 'new' | 'existing' };
}

/**
 * The StatefulSet of members that join and leave by the cluster's own API, and what belongs to it. It has as many pods
 * as there are members, one where there is none yet: who joins is added before its pod starts, who leaves is removed
 * before it stops, and its volume goes.
 *
 * @param status as `memberStatus` wrote it
 * @param spec what differs, such as `minReadySeconds`: a member joins or leaves when the others have been well for so
 * long
 * @param labels as of `workload`
 */
export function memberSet(
  name: string,
  pod: PodSpec,
  status: MemberStatus | undefined,
  spec: Partial<NonNullable<StatefulSet['spec']>> = {},
  labels?: Readonly<Record<string, string>>,
): MemberSet {
  const { members = [], joining } = status ?? {};
  const replicas = Math.max(1, ...members.map((member) => ordinal(member) + 1));
  const ofMembers: Partial<NonNullable<StatefulSet['spec']>> = {
    replicas,
    // After an outage no member is ready before most are up.
    podManagementPolicy: 'Parallel',
    // A member that comes back after it was removed is a new one, and needs an empty volume.
    persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
  };
  const set = workload(StatefulSet, name, pod, { ...ofMembers, ...spec }, labels);
  const network = expose(set, { clusterIP: 'None', publishNotReadyAddresses: true });
  const initial: MemberSet['initial'] =
    members.length === 0
      ? { members: [`${name}-0`], state: 'new' }
      : { members: joining ? members : [], state: 'existing' };
  // A majority must stay: nodes are drained one at a time.
  const budget = manifest(PodDisruptionBudget, name, { spec: { maxUnavailable: 1, selector: set.spec?.selector } });
  return { set, network, budget, initial };
}

/**
 * One step towards `size` for `plan`, or undefined where it is reached or it is time to wait: nothing is changed while
 * a member that stays does not answer, and the next one joins or leaves when all the others have been well for the
 * set's `minReadySeconds`. The last leaves first, and hands over before it goes if it leads.
 *
 * @param members in the order of their numbers, as `findMembers` has them
 */
export function nextMemberChange(
  members: readonly Member[],
  set: StatefulSet | undefined,
  size: number,
): MemberChange | undefined {
  const [first] = members;
  const leaving = members.length > size ? members.at(-1) : undefined;
  const leader = members.find(({ leads, answers }) => leads && answers);
  if (!first || !leader || members.some((member) => member !== leaving && !member.answers)) return undefined;
  const change = (type: MemberChange['type'], member: Member): MemberChange => {
    const { name } = member;
    return { type, message: type === 'MoveLeader' ? `to ${name}` : name, name, member, leader };
  };
  const learner = members.find((member) => member.stage === 'learner' && member !== leaving);
  if (learner) return learner.caughtUp ? change('PromoteMember', learner) : undefined;
  if ((set?.status?.availableReplicas ?? 0) < members.length - (leaving ? 1 : 0)) return undefined;
  if (leaving) return leaving === leader ? change('MoveLeader', first) : change('RemoveMember', leaving);
  if (members.length === size) return undefined;
  const names = Array.from({ length: size }, (_, number) => `${set?.metadata?.name}-${number}`);
  const name = names.find((candidate) => members.every((member) => member.name !== candidate)) ?? '';
  const others = members.filter((member) => member !== leader && member.stage === 'voter');
  return { type: 'AddMember', message: name, name, leader, others };
}

/**
 * What the conditions say of the members, for `status`: `QuorumLost` where nothing can be agreed on any more, and what
 * is missing where the children are all ready.
 *
 * @param standard the conditions that follow from the children
 */
export function memberConditions(
  members: readonly Member[],
  size: number,
  standard: readonly ConditionStatement[] = [],
): ConditionStatement[] {
  const ready = standard.some(({ type, status }) => type === 'Ready' && status === 'True');
  const lost = lostQuorum(members);
  const message = lost ?? (ready ? missingMembers(members, size) : undefined);
  if (!message) return [];
  const because = { reason: lost ? 'QuorumLost' : 'Waiting', message };
  const stalled: ConditionStatement[] = [
    { type: 'Reconciling', status: 'False', reason: 'Stalled', message: '' },
    { type: 'Stalled', status: 'True', ...because },
  ];
  return [{ type: 'Ready', status: 'False', ...because }, ...(lost ? stalled : [])];
}

/** What is missing to `size` members of which all vote: `2 of 3 members`, or undefined. */
export function missingMembers(members: readonly Member[], size: number): string | undefined {
  const voters = members.filter(({ stage }) => stage === 'voter');
  return members.length === size && voters.length === size ? undefined : `${voters.length} of ${size} members`;
}

/**
 * Which members are missed, where more voters are down than a rolling update takes, and the others are too few to agree
 * on anything.
 */
function lostQuorum(members: readonly Member[]): string | undefined {
  const voters = members.filter(({ stage }) => stage === 'voter');
  const down = voters.filter(({ answers }) => !answers).map(({ name }) => name);
  const needed = Math.floor(voters.length / 2) + 1;
  if (down.length < 2 || voters.length - down.length >= needed) return undefined;
  return `${down.join(', ')} do not answer, and ${needed} of ${voters.length} members must: bring their pods back, or restore a snapshot if their volumes are lost`;
}

/** 2 of `db-2`. */
function ordinal(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf('-') + 1));
}
