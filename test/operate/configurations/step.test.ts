import { expect, it } from 'vitest';
import { runningServers } from '../../../lib/operate/configurations/feature.js';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { nacos } from '../../nacos-object.js';
import { at, observed, refreshed, running, silent, stepOf, up } from '../world.js';

const cluster = nacos({ type: 'cluster', version: '2.3.2' });
const live = running(3);
const everyone = [0, 1, 2].map((ordinal) => `n-${ordinal}.n-headless.shop.svc.cluster.local:8848`);

function member(ordinal: number, since = at, list = everyone): ObservedMember {
  return { ...up(ordinal, { list }), traffic: true, since };
}

/** After all had compared their configurations, these run. */
function later(...members: ObservedMember[]) {
  const { members: before } = refreshed(
    observed(
      [0, 1, 2].map((ordinal) => member(ordinal)),
      live,
    ),
  );
  const now = members.map((one) => {
    const same = before.find(({ pod, since }) => pod === one.pod && since === one.since);
    return { ...one, ...(same?.refreshed && { refreshed: same.refreshed }) };
  });
  return observed(now, live);
}

const restarted = member(2, at + 60_000);

it('rests as long as the same servers run', () => {
  expect(stepOf(cluster, later(member(0), member(1), member(2)))).toBeUndefined();
});

it('has all compare their configurations with the database once one has started', () => {
  const found = later(member(0), member(1), restarted);
  const pods = ['n-0', 'n-1', 'n-2'];
  const action = { type: 'RefreshConfigurations', pods, running: runningServers(found) };
  expect(stepOf(cluster, found)).toMatchObject(action);
  expect(stepOf(cluster, refreshed(found))).toBeUndefined();
});

it('has those do so that are left when one is gone, which may not have sent them everything', () => {
  const { since: _, ...gone } = { ...silent(2), ready: false, since: at };
  expect(stepOf(cluster, later(member(0), member(1), gone))).toMatchObject({ pods: ['n-0', 'n-1'] });
});

it.each([
  ['another one does not list it yet', [member(0), member(1, at, everyone.slice(0, 2)), restarted]],
  ['it is not ready', [member(0), member(1), { ...restarted, ready: false }]],
  [
    'it is not UP',
    [member(0), member(1), { ...up(2, { state: 'STARTING', list: everyone }), since: at + 60_000, ready: true }],
  ],
  ['it is on its way out', [member(0), member(1), { ...restarted, terminating: true }]],
])('leaves out a member while %s, as it could still miss something', (_why, members) => {
  expect(stepOf(cluster, later(...members))).toMatchObject({ type: 'RefreshConfigurations', pods: ['n-0', 'n-1'] });
});

it('leaves out a server that is no member any more', () => {
  const leaving = { ...cluster, spec: { ...cluster.spec, replicas: 2 } };
  const found = later(member(0), member(1), restarted);
  expect(stepOf(leaving, { ...found, listed: 2 })).toMatchObject({ pods: ['n-0', 'n-1'] });
});

it('does not ask a server without other writers', () => {
  expect(stepOf(nacos({ version: '2.3.2' }), observed([{ ...restarted, pod: 'n-0', ordinal: 0 }]))).toBeUndefined();
});

it('does so before clients are led to a new member', () => {
  const found = later(member(0), member(1), { ...restarted, traffic: false });
  expect(stepOf(cluster, found)).toMatchObject({ type: 'RefreshConfigurations' });
  expect(stepOf(cluster, refreshed(found))).toMatchObject({ type: 'EnableTraffic' });
});
