import { describe, expect, it } from 'vitest';
import { hasMembers, type Member, nextMemberChange, quorumLost } from '../src/index.js';

/** `size` members that are well, of which the first leads; `special` says by number what is different. */
function members(size: number, special: Record<number, Partial<Member>> = {}): Member[] {
  return Array.from({ length: size }, (_, i) => ({
    name: `db-${i}`,
    stage: 'voter',
    answers: true,
    leads: i === 0,
    ...special[i],
  }));
}
const down = { answers: false };

describe('the next change on the way to three members', () => {
  const next = (found: Member[], available = found.filter(({ answers }) => answers).length) => {
    const change = nextMemberChange(found, { workload: 'db', size: 3, available });
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
    const change = nextMemberChange(members(4), { workload: 'db', size: 3, available: 4 });
    expect(change).toMatchObject({ name: 'db-3', leader: first, member: last });
  });
});

describe('quorum', () => {
  it.each([
    ['is not lost by one that restarts', members(3, { 1: down }), undefined],
    ['is not lost by the only one that restarts', members(1, { 0: down }), undefined],
    ['is lost by two of three', members(3, { 1: down, 2: down }), 'db-1, db-2 do not answer, and 2 of 3 members must'],
    ['is not lost by two of five', members(5, { 1: down, 2: down }), undefined],
    ['does not need learners', members(4, { 2: down, 3: { stage: 'learner', ...down } }), undefined],
  ])('%s', (_, found, lost) => {
    expect(quorumLost(found)).toBe(lost);
  });
});

it('a cluster has its members when so many vote', () => {
  const learning = members(3, { 2: { stage: 'learner' } });
  expect([hasMembers(members(3), 3), hasMembers(members(2), 3), hasMembers(learning, 3)]).toEqual([true, false, false]);
});
