import type { ObserveContext } from 'cdk8s-reconciler';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { describe, expect, it } from 'vitest';
import {
  findMembers,
  type Member,
  type MemberApi,
  memberConditions,
  memberSet,
  memberStatus,
  missingMembers,
  nextMemberChange,
} from '../members.js';

/** `size` members that are well, of which the first leads; `special` says by number what is different. */
function members(size: number, special: Record<number, Partial<Member>> = {}): Member[] {
  return Array.from({ length: size }, (_, i) => ({
    id: String(i),
    name: `db-${i}`,
    address: `10.0.0.${i}`,
    stage: 'voter',
    answers: true,
    leads: i === 0,
    caughtUp: false,
    ...special[i],
  }));
}
const set = (availableReplicas?: number) =>
  ({ metadata: { name: 'db' }, status: { replicas: 9, availableReplicas } }) as StatefulSet;
const down = { answers: false };

describe('the next change on the way to three members', () => {
  const next = (found: Member[], available = found.filter(({ answers }) => answers).length) => {
    const change = nextMemberChange(found, set(available), 3);
    return change && `${change.type} ${change.message}`;
  };

  it.each([
    ['adds the first free name', members(2), 'AddMember db-2'],
    ['fills a gap', members(3).toSpliced(1, 1), 'AddMember db-1'],
    ['waits for one that was added', members(3, { 2: { stage: 'added', ...down } }), undefined],
    ['waits for a learner that is behind', members(3, { 2: { stage: 'learner' } }), undefined],
    [
      'promotes a learner that has caught up',
      members(3, { 2: { stage: 'learner', caughtUp: true } }),
      'PromoteMember db-2',
    ],
    ['removes the last', members(5), 'RemoveMember db-4'],
    ['removes the last also if that is down', members(4, { 3: down }), 'RemoveMember db-3'],
    [
      'removes a learner that is too many',
      members(4, { 3: { stage: 'learner', caughtUp: true } }),
      'RemoveMember db-3',
    ],
    [
      'lets the leader hand over before it goes',
      members(4, { 0: { leads: false }, 3: { leads: true } }),
      'MoveLeader to db-0',
    ],
    ['waits while one who stays is down', members(5, { 1: down }), undefined],
    ['waits without a leader', members(2, { 0: { leads: false } }), undefined],
    ['waits before the first answers', [], undefined],
    ['is none at the asked size', members(3), undefined],
  ])('%s', (_, found, expected) => {
    expect(next(found)).toBe(expected);
  });

  it('waits while a member has only just become ready', () => {
    expect([next(members(2), 1), next(members(5), 3)]).toEqual([undefined, undefined]);
  });

  it('names who leads and who it is about', () => {
    const [first, , , last] = members(4);
    const change = nextMemberChange(members(4), set(4), 3);
    expect(change).toMatchObject({ name: 'db-3', leader: first, member: last });
  });
});

describe('what is missing to three members', () => {
  it.each([
    ['nothing, where three vote', members(3), undefined],
    ['one that has not joined', members(2), '2 of 3 members'],
    ['the vote of a learner', members(3, { 2: { stage: 'learner' } }), '2 of 3 members'],
    ['that one leaves', members(4), '4 of 3 members'],
  ])('is %s', (_, found, missing) => {
    expect(missingMembers(found, 3)).toBe(missing);
  });
});

describe('the conditions of three members', () => {
  const standard = (status: 'True' | 'False') => [
    { type: 'Ready', status, reason: 'OfChildren', message: '' } as const,
  ];
  const stated = (found: Member[], children: 'True' | 'False' = 'True') =>
    memberConditions(found, 3, standard(children)).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

  it('say nothing where three vote', () => {
    expect(stated(members(3))).toEqual([]);
  });

  it('say what is missing, unless children have more to say', () => {
    expect(stated(members(2))).toEqual(['Ready=False Waiting']);
    expect(stated(members(2), 'False')).toEqual([]);
  });

  it.each([
    ['one of three that restarts', members(3, { 1: down })],
    ['the only one, which restarts', members(1, { 0: down })],
    ['two of five', members(5, { 1: down, 2: down })],
    ['a learner', members(4, { 2: down, 3: { stage: 'learner', ...down } })],
  ])('do not call the quorum lost without %s', (_, found) => {
    expect(stated(found).join()).not.toContain('QuorumLost');
  });

  it('call the quorum lost without two of three, whatever the children say', () => {
    const found = members(3, { 1: down, 2: down });
    const lost = ['Ready=False QuorumLost', 'Reconciling=False Stalled', 'Stalled=True QuorumLost'];
    expect([stated(found), stated(found, 'False')]).toEqual([lost, lost]);
    expect(memberConditions(found, 3)[0]?.message).toContain('db-1, db-2 do not answer, and 2 of 3 members must');
  });
});

describe('finding members', () => {
  const listed = members(11).map(({ id, name, stage }) => ({
    id,
    name,
    stage: id === '10' ? ('learner' as const) : stage,
  }));
  const api: MemberApi = {
    ask: async (address) => {
      const id = address.slice(address.lastIndexOf('.') + 1);
      if (id === '2') throw new Error('does not answer');
      return { id, leader: '1', progress: id === '10' ? 80 : 100 };
    },
    // A member that does not lead may be behind.
    list: async (address) => (address === '10.0.0.1' ? listed.toReversed() : []),
  };
  const find = (addresses: readonly (string | undefined)[], known?: string[]) => {
    const pods = addresses.map((podIP) => ({ status: { podIP } }));
    return findMembers(api, pods, known && { members: known }, {} as ObserveContext);
  };

  it('asks the leader for the list, and finds which answer, which leads and which are behind', async () => {
    const found = await find([...Array(11).keys()].map((i) => `10.0.0.${i}`));
    expect(found.map(({ name }) => name)).toEqual(listed.map(({ name }) => name));
    expect(found.filter(({ answers }) => !answers).map(({ name }) => name)).toEqual(['db-2']);
    expect(found.filter(({ leads }) => leads).map(({ name }) => name)).toEqual(['db-1']);
    expect(found.map(({ caughtUp }) => caughtUp)).toEqual([true, true, false, ...Array(7).fill(true), false]);
    expect(found[1]?.address).toBe('10.0.0.1');
  });

  it('keeps those that are known while none answers', async () => {
    const found = await find([undefined, '10.0.0.2'], ['db-0', 'db-1']);
    expect(found.map(({ name, stage, answers }) => [name, stage, answers])).toEqual([
      ['db-0', 'voter', false],
      ['db-1', 'voter', false],
    ]);
    expect(await find([])).toEqual([]);
  });
});

it.each([
  ['one before there is a member', [], 1],
  ['one for each member', ['db-0', 'db-1'], 2],
  ['none less where a number is missing', ['db-0', 'db-10'], 11],
])('a set of members has %s', (_, members, replicas) => {
  const { set, network, budget } = memberSet('db', { containers: [] }, { members });
  expect(set.spec?.replicas).toBe(replicas);
  expect([network.spec?.selector, budget.spec?.selector?.matchLabels]).toEqual([{ app: 'db' }, { app: 'db' }]);
});

it.each([
  ['the first that it makes a new cluster', [], { members: ['db-0'], state: 'new' }],
  [
    'a learner that joins',
    members(3, { 2: { stage: 'learner' } }),
    { members: ['db-0', 'db-1', 'db-2'], state: 'existing' },
  ],
  [
    'one that was added and joins',
    members(2, { 1: { stage: 'added', ...down } }),
    { members: ['db-0', 'db-1'], state: 'existing' },
  ],
  ['no peers where all vote', members(3, { 2: down }), { members: [], state: 'existing' }],
])('an empty volume is given %s', (_, found, initial) => {
  expect(memberSet('db', { containers: [] }, memberStatus(found, set())).initial).toEqual(initial);
});

it('without a status no member is known yet', () => {
  expect(memberSet('db', { containers: [] }, undefined).initial).toEqual({ members: ['db-0'], state: 'new' });
});

it('the status has the members by name, who joins, and how many are ready', () => {
  const found = members(2, { 1: { stage: 'added', ...down } });
  const ready = { status: { replicas: 2, readyReplicas: 1 } } as StatefulSet;
  expect(memberStatus(found, ready)).toEqual({ members: ['db-0', 'db-1'], joining: 'db-1', readyMembers: 1 });
  expect(memberStatus(members(2), undefined)).toEqual({ members: ['db-0', 'db-1'], readyMembers: 0 });
});
