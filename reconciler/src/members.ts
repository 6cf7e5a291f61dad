import type { Action } from './controller.js';

/** A server of a cluster that decides by majority, as the cluster's own API tells of it. */
export interface Member {
  /** Of its pod: that of the workload, a dash and a number. */
  readonly name: string;
  /** Added but not started, then a learner, which gets the data but has no vote yet, then a voter. */
  readonly stage: 'added' | 'learner' | 'voter';
  readonly answers: boolean;
  readonly leads: boolean;
  /** Of a learner: whether it has enough of the data to vote. @default false */
  readonly caughtUp?: boolean;
}

/** A request to the leader. */
export interface MemberChange<M extends Member = Member> extends Action {
  readonly type: 'AddMember' | 'PromoteMember' | 'MoveLeader' | 'RemoveMember';
  /** Of the member to add, to promote, to make leader or to remove. */
  readonly name: string;
  /** That member, unless it is one to add. */
  readonly member?: M;
  readonly leader: M;
}

/**
 * One step towards `size` for `plan`, or undefined where it is reached or it is time to wait: nothing is changed while a member that stays
 * does not answer, and the next one joins or leaves when all the others have been well for a while. A leader hands over before it goes.
 *
 * @param members in the order of their numbers
 */
export function nextMemberChange<M extends Member>(
  members: readonly M[],
  to: {
    /** What the pods are named after. */
    readonly workload: string;
    /** How many members there should be. */
    readonly size: number;
    /** Pods that have been ready for a while, such as `status.availableReplicas` of a StatefulSet with `minReadySeconds`. */
    readonly available: number;
  },
): MemberChange<M> | undefined {
  const [first] = members;
  const leaving = members.length > to.size ? members.at(-1) : undefined;
  const leader = members.find(({ leads, answers }) => leads && answers);
  if (!first || !leader || members.some((member) => member !== leaving && !member.answers)) return undefined;
  const change = (type: MemberChange['type'], member: M): MemberChange<M> => {
    const { name } = member;
    return { type, message: type === 'MoveLeader' ? `to ${name}` : name, name, member, leader };
  };
  const learner = members.find((member) => member.stage === 'learner' && member !== leaving);
  if (learner) return learner.caughtUp ? change('PromoteMember', learner) : undefined;
  if (to.available < members.length - (leaving ? 1 : 0)) return undefined;
  if (leaving) return leaving === leader ? change('MoveLeader', first) : change('RemoveMember', leaving);
  if (members.length === to.size) return undefined;
  const names = Array.from({ length: to.size }, (_, number) => `${to.workload}-${number}`);
  const name = names.find((candidate) => members.every((member) => member.name !== candidate)) ?? '';
  return { type: 'AddMember', message: name, name, leader };
}

/** Whether there are `size` members and all vote. */
export function hasMembers(members: readonly Member[], size: number): boolean {
  return members.length === size && members.every(({ stage }) => stage === 'voter');
}

/**
 * What is wrong where more voters are down than a rolling update takes, and the others are too few to agree on anything: undefined or, for
 * a `TerminalError`, `db-1, db-2 do not answer, and 2 of 3 members must`.
 */
export function quorumLost(members: readonly Member[]): string | undefined {
  const voters = members.filter(({ stage }) => stage === 'voter');
  const down = voters.filter(({ answers }) => !answers).map(({ name }) => name);
  const needed = Math.floor(voters.length / 2) + 1;
  if (down.length < 2 || voters.length - down.length >= needed) return undefined;
  return `${down.join(', ')} do not answer, and ${needed} of ${voters.length} members must`;
}
