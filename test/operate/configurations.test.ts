import { expect, it } from 'vitest';
import type { MemberFacts } from '../../lib/operate/facts.js';
import { plan } from '../../lib/operate/plan.js';
import { nacos } from '../nacos-object.js';
import { at, facts, up } from './world.js';

const cluster = {
  ...nacos({ type: 'cluster', version: '2.3.2' }),
  status: { membership: { members: 3, servers: 3 } },
};
const live = { members: 3, servers: 3, seen: true };
const everyone = [0, 1, 2].map((ordinal) => `n-${ordinal}.n-headless.shop.svc.cluster.local:8848`);

function member(ordinal: number, list = everyone): MemberFacts {
  return { ...up(ordinal, { list }), serves: true, since: at, refreshed: at };
}

const started = { ...member(2), since: at + 60_000 };
const planned = (...members: MemberFacts[]) => plan(cluster, facts(members, { live }));

it('has a member that started compare its configurations with the database, once', () => {
  const action = planned(member(0), member(1), started);
  expect(action).toMatchObject({ type: 'RefreshConfigurations', pods: ['n-2'] });
  expect(planned(member(0), member(1), { ...started, refreshed: started.since })).toBeUndefined();
});

it('has all of them do so that it has not seen yet', () => {
  const unknown = [0, 1, 2].map((ordinal) => ({ ...member(ordinal), refreshed: undefined }));
  expect(planned(...unknown)).toMatchObject({ type: 'RefreshConfigurations', pods: ['n-0', 'n-1', 'n-2'] });
});

it.each([
  ['another one does not list it yet', [member(0), member(1, everyone.slice(0, 2)), started]],
  ['it is not ready', [member(0), member(1), { ...started, ready: false }]],
  [
    'it is not UP',
    [member(0), member(1), { ...up(2, { state: 'STARTING', list: everyone }), since: at + 60_000, ready: true }],
  ],
  ['it is on its way out', [member(0), member(1), { ...started, ending: true }]],
])('waits while %s, as it could still miss something', (_why, members) => {
  expect(planned(...members)?.type).not.toBe('RefreshConfigurations');
});

it('does not ask a server that is alone, which nobody writes beside', () => {
  expect(plan(nacos({ version: '2.3.2' }), facts([{ ...started, pod: 'n-0', ordinal: 0 }]))).toBeUndefined();
});

it('does so before clients are led to a new member', () => {
  expect(planned(member(0), member(1), { ...started, serves: false })).toMatchObject({ type: 'RefreshConfigurations' });
  const done = { ...started, serves: false, refreshed: started.since };
  expect(planned(member(0), member(1), done)).toMatchObject({ type: 'AdmitMember' });
});
