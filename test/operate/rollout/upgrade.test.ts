import { expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { nacos } from '../../nacos-object.js';
import { condition, look, observed, running, stepOf, up } from '../world.js';

// As seen on real servers that went from 2.3.2 to 3.0.3: the newer version has one more Raft group.
const live = running(3);
const database = { type: 'mysql', mysqlHost: 'db', schema: 'External' };
const cluster = nacos({ type: 'cluster', replicas: 3, database }, { status: { phase: 'Running' } });
const names = [0, 1, 2].map((ordinal) => `n-${ordinal}.n-headless.shop.svc.cluster.local:7848`);
const config = { leaders: { nacos_config: names[0]! }, peers: { nacos_config: names } };
const old = (ordinal: number, facts: Partial<ObservedMember> = {}): ObservedMember => ({
  ...up(ordinal, { ...config, version: '2.3.2' }),
  traffic: true,
  ...facts,
});
const upgraded = (ordinal: number, lock: string | undefined, facts: Partial<ObservedMember> = {}): ObservedMember => {
  const groups: Record<string, string> = lock === undefined ? {} : { lock_acquire_service_v2: lock };
  const leaders = { ...config.leaders, ...groups };
  return { ...up(ordinal, { ...config, leaders, version: '3.0.3' }), traffic: true, ...facts };
};

it.each([
  ['has no leader before a majority is upgraded', [old(0), old(1, { outdated: true }), upgraded(2, '')], 'n-1'],
  ['has one after', [old(0, { outdated: true }), upgraded(1, names[1]), upgraded(2, names[1])], undefined],
])('a group that only the new version has does not hold an upgrade up: it %s', (_what, members, replaced) => {
  const found = observed(members, live);
  expect(condition(look(cluster, found), 'MembersHealthy')).toMatchObject({ status: 'True' });
  const action = stepOf(cluster, found);
  if (replaced) expect(action).toMatchObject({ type: 'ReplacePod', pod: replaced });
  else expect(action).toMatchObject({ type: 'TransferLeader', from: 'n-0', groups: ['nacos_config'] });
});

it('waits for a new member to be in every group of the old ones', () => {
  const late: ObservedMember = { ...up(2, { ...config, leaders: {}, version: '3.0.3' }), traffic: true };
  const found = observed([old(0), old(1, { outdated: true }), late], live);
  expect(stepOf(cluster, found)).toBeUndefined();
  expect(condition(look(cluster, found), 'RolledOut')?.message).toMatch(/n-2 is not in group nacos_config/);
});

it('has only upgraded members take the leadership of a new group, so that an upgrade can be taken back', () => {
  const members = [old(0), upgraded(1, names[1], { outdated: true }), upgraded(2, names[1], { outdated: true })];
  const actions = [members, [old(0), upgraded(1, names[1], { outdated: true }), old(2)]].map((members) =>
    stepOf(cluster, observed(members, live)),
  );
  expect(actions).toMatchObject([
    { type: 'ReplacePod', pod: 'n-2' },
    { type: 'ReplacePod', pod: 'n-1' },
  ]);
});

it('expects every group of every member when all have the same version', () => {
  const found = observed(
    [upgraded(0, undefined, { outdated: true }), upgraded(1, names[1]), upgraded(2, names[1])],
    live,
  );
  expect(stepOf(cluster, found)).toBeUndefined();
  expect(condition(look(cluster, found), 'RolledOut')?.message).toMatch(/n-0 is not in group lock_acquire_service_v2/);
});
