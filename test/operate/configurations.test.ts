import { expect, it } from 'vitest';
import type { MemberFacts } from '../../lib/operate/facts.js';
import { runningServers } from '../../lib/operate/plan/configurations.js';
import { plan } from '../../lib/operate/plan.js';
import { nacos } from '../nacos-object.js';
import { at, facts, refreshed, silent, up } from './world.js';

const cluster = {
  ...nacos({ type: 'cluster', version: '2.3.2' }),
  status: { membership: { members: 3, servers: 3 } },
};
const live = { members: 3, servers: 3, seen: true };
const everyone = [0, 1, 2].map((ordinal) => `n-${ordinal}.n-headless.shop.svc.cluster.local:8848`);

function member(ordinal: number, since = at, list = everyone): MemberFacts {
  return { ...up(ordinal, { list }), serves: true, since };
}

/** After all had compared their configurations, these run. */
function later(...members: MemberFacts[]) {
  const { members: before } = refreshed(
    facts(
      [0, 1, 2].map((ordinal) => member(ordinal)),
      { live },
    ),
  );
  const now = members.map((one) => {
    const same = before.find(({ pod, since }) => pod === one.pod && since === one.since);
    return { ...one, ...(same?.refreshed && { refreshed: same.refreshed }) };
  });
  return facts(now, { live });
}

const restarted = member(2, at + 60_000);

it('rests as long as the same servers run', () => {
  expect(plan(cluster, later(member(0), member(1), member(2)))).toBeUndefined();
});

it('has all compare their configurations with the database once one has started', () => {
  const found = later(member(0), member(1), restarted);
  const pods = ['n-0', 'n-1', 'n-2'];
  const action = { type: 'RefreshConfigurations', pods, running: runningServers(found) };
  expect(plan(cluster, found)).toMatchObject(action);
  expect(plan(cluster, refreshed(found))).toBeUndefined();
});

it('has those do so that are left when one is gone, which may not have told them everything', () => {
  const { since: _, ...gone } = { ...silent(2), ready: false, since: at };
  expect(plan(cluster, later(member(0), member(1), gone))).toMatchObject({ pods: ['n-0', 'n-1'] });
});

it.each([
  ['another one does not list it yet', [member(0), member(1, at, everyone.slice(0, 2)), restarted]],
  ['it is not ready', [member(0), member(1), { ...restarted, ready: false }]],
  [
    'it is not UP',
    [member(0), member(1), { ...up(2, { state: 'STARTING', list: everyone }), since: at + 60_000, ready: true }],
  ],
  ['it is on its way out', [member(0), member(1), { ...restarted, ending: true }]],
])('leaves out a member while %s, as it could still miss something', (_why, members) => {
  expect(plan(cluster, later(...members))).toMatchObject({ type: 'RefreshConfigurations', pods: ['n-0', 'n-1'] });
});

it('leaves out a server that is no member any more', () => {
  const leaving = { ...cluster, status: { membership: { members: 2, servers: 3 } } };
  const found = later(member(0), member(1), restarted);
  expect(plan(leaving, { ...found, live: { ...live, members: 2 } })).toMatchObject({ pods: ['n-0', 'n-1'] });
});

it('does not ask a server that nobody writes beside', () => {
  expect(plan(nacos({ version: '2.3.2' }), facts([{ ...restarted, pod: 'n-0', ordinal: 0 }]))).toBeUndefined();
});

it('does so before clients are led to a new member', () => {
  const found = later(member(0), member(1), { ...restarted, serves: false });
  expect(plan(cluster, found)).toMatchObject({ type: 'RefreshConfigurations' });
  expect(plan(cluster, refreshed(found))).toMatchObject({ type: 'AdmitMember' });
});
