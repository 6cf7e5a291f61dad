import type { ConditionStatement } from 'cdk8s-reconciler';
import { describe, expect, it } from 'vitest';
import type { Observed } from '../../lib/operate/observed.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { nacos } from '../nacos-object.js';
import { condition, decideOn, look, observed, recorded, running, silent, statefulSet, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];
const whole = observed(three, running(3));
const lost = observed([up(0), up(1)], running(3));
const rolling = observed([{ ...up(0), outdated: true }, up(1), up(2)], {
  ...running(3),
  statefulSet: recorded(statefulSet(3), '3.0.3'),
});
const empty = observed([], { statefulSet: statefulSet(0) });
const stopping = observed([{ ...up(0), terminating: true, ready: false }], { statefulSet: statefulSet(0) });
const ran = look(cluster, whole);
const paused: ConditionStatement[] = [{ type: 'Paused', status: 'True', reason: 'Paused', message: '' }];

const being = (object: NacosObject, more: object): NacosObject => ({
  ...object,
  metadata: { ...object.metadata, ...more },
});
const asking = (object: NacosObject, spec: object): NacosObject => ({ ...object, spec: { ...object.spec, ...spec } });
const deleted = being(ran, { deletionTimestamp: '2026-11-21T08:00:00Z', finalizers: ['example.com/hold'] });

describe('READY is the truth of an instance that', () => {
  it.each<[string, NacosObject, Observed, ConditionStatement[], string, boolean]>([
    ['runs', ran, whole, [], 'Running', true],
    ['has lost a pod', ran, lost, [], 'Degraded', false],
    ['does not answer', ran, observed([up(0), up(1), silent(2)], running(3)), [], 'Degraded', false],
    ['is paused and runs', ran, whole, paused, 'Running', true],
    ['is paused and has lost a pod', ran, lost, paused, 'Degraded', false],
    ['is paused with a change that waits', asking(ran, { replicas: 5 }), whole, paused, 'Running', true],
    ['is paused in the middle of a roll', ran, rolling, paused, 'Running', true],
    ['was paused before anything was started', standalone, observed([]), paused, 'Paused', false],
    ['is being deleted and still runs', deleted, whole, [], 'Terminating', true],
    ['is being deleted and has lost a pod', deleted, lost, [], 'Terminating', false],
    ['has no servers', nacos({ replicas: 0 }), empty, [], 'Stopped', false],
    ['is about to have no servers', nacos({ replicas: 0 }), stopping, [], 'Scaling', false],
    ['rolls', ran, rolling, [], 'Updating', false],
    ['rolls and has lost its status', cluster, rolling, [], 'Updating', false],
    ['may not be what the spec says', asking(ran, { version: '2.3.2' }), whole, [], 'Failed', false],
    ['may not, and is paused', asking(ran, { version: '2.3.2' }), whole, paused, 'Failed', false],
  ])('%s', (_what, object, found, standard, phase, ready) => {
    const seen = look(object, found, {}, standard);
    const stated = condition(seen, 'Ready')?.status ?? 'True';
    expect([seen.status?.phase, stated]).toEqual([phase, ready ? 'True' : 'False']);
  });
});

it.each([
  ['exceeded quota: small, requested: requests.storage=5Gi', /raise that ResourceQuota, or .*storage of spec\.volume/],
  ['exceeded quota: small, requested: pods=1', /quota: small.*raise that ResourceQuota/],
  ['violates PodSecurity "restricted:latest": allowPrivilegeEscalation', /set spec\.podSecurity restricted/],
  ['admission webhook "x" denied the request', /admission webhook "x" denied/],
])('says in the middle of a change why pods are refused: %s', (why, said) => {
  const message = `StatefulSet n: 2 of 3 replicas exist; pods are refused: pods "n-2" is forbidden: ${why}`;
  const standard: ConditionStatement[] = [{ type: 'Ready', status: 'False', reason: 'PodsRefused', message }];
  const found = { ...rolling, members: rolling.members.slice(0, 2) };
  for (const object of [ran, asking(ran, { replicas: 5 })])
    expect(condition(look(object, found, {}, standard), 'Ready')).toMatchObject({
      reason: 'PodsRefused',
      message: expect.stringMatching(said),
    });
});

it('says what it will do when the pause ends', () => {
  const seen = look(asking(ran, { replicas: 5 }), whole, {}, paused);
  expect(condition(seen, 'Scaled')).toMatchObject({
    reason: 'Paused',
    message: 'when the pause ends: 3 of 5 members; Scaling up to 4 members: adding n-3',
  });
});

describe('seconds until the next look at an instance that', () => {
  it.each<[string, NacosObject, Observed, number]>([
    ['runs', ran, whole, 30],
    ['has no servers', nacos({ replicas: 0 }), empty, 30],
    ['is being deleted', deleted, lost, 30],
    ['has lost a pod', ran, lost, 5],
    ['rolls', ran, rolling, 5],
    ['is about to have no servers', nacos({ replicas: 0 }), stopping, 5],
    ['may not be what the spec says', asking(ran, { version: '2.3.2' }), whole, 5],
  ])('%s', (_what, object, found, seconds) => {
    expect(decideOn(object, found).requeueAfter).toBe(seconds);
  });
});
