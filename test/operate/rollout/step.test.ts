import { expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { render } from '../../../lib/render/render.js';
import type { Reachable } from '../../../lib/server/client.js';
import { child, nacos } from '../../nacos-object.js';
import {
  at,
  claim,
  condition,
  dataMark,
  look,
  observed,
  refreshed,
  running,
  statefulSet,
  stepOf,
  up,
} from '../world.js';

// Servers whose template keeps them from being ready, such as a probe of a path that they do not have.
const live = running(3);
const cluster = nacos({ type: 'cluster', replicas: 3 }, { status: { phase: 'Creating' } });
const unready = (ordinal: number, more: Partial<Reachable> = {}): ObservedMember => ({
  ...up(ordinal, more),
  ready: false,
  traffic: true,
  outdated: true,
});
const changed = (ordinal: number): ObservedMember => ({ ...up(ordinal), traffic: true });
const planned = (...members: ObservedMember[]) => stepOf(cluster, observed(members, live));

it('a template with which no member is ready gives way to another one, a member at a time, the leader last', () => {
  const replaced = { type: 'ReplacePod', pod: 'n-2', others: [] };
  expect(planned(unready(0), unready(1), unready(2))).toMatchObject(replaced);
  expect(planned(unready(0), unready(1), changed(2))).toMatchObject({ ...replaced, pod: 'n-1', others: ['n-2'] });
  expect(planned(unready(0), changed(1), changed(2))).toMatchObject({ type: 'ReplacePod', pod: 'n-0' });
});

it('no member that is ready is replaced while another member is not', () => {
  const ready = { ...unready(0), ready: true };
  const waiting = { ...changed(2), ready: false };
  expect(planned(ready, unready(1), waiting)).toMatchObject({ type: 'ReplacePod', pod: 'n-1', others: ['n-0'] });
  const found = observed([ready, { ...changed(1), ready: false }, waiting], live);
  expect(stepOf(cluster, found)).toBeUndefined();
  expect(condition(look(cluster, found), 'RolledOut')?.message).toMatch(
    /n-0 not yet updated; the next waits: n-1 is not/,
  );
});

it.each([
  ['have no leader', { leaders: { nacos_config: '' } }],
  ['are not UP', { state: 'DOWN' }],
])('no member is replaced where members that are not ready %s', (_what, more) => {
  expect(planned(unready(0, more), unready(1, more), unready(2, more))).toBeUndefined();
});

// Pods that were made before their StatefulSet had claim templates.
const onVolumes = nacos({
  type: 'cluster',
  replicas: 3,
  database: { type: 'mysql', mysqlHost: 'db', schema: 'External' },
  volume: { enabled: true },
});
const claimless = (ordinal: number, more: Partial<ObservedMember> = {}): ObservedMember => {
  return { ...up(ordinal, { leaders: { nacos_config: '' } }), traffic: true, outdated: true, claimless: true, ...more };
};
const volumeClaimTemplates = child(render(onVolumes), 'StatefulSet').spec?.volumeClaimTemplates;
const claimed = (replicas: number) => {
  const set = statefulSet(replicas);
  return { ...running(replicas), statefulSet: { ...set, spec: { ...set.spec!, volumeClaimTemplates } } };
};
const claims = [0, 1, 2, 3].map((ordinal) => claim(ordinal, dataMark(3, { database: 'mysql', version: '3.0.3' })));
const rolled = (members: readonly ObservedMember[], replicas = 3) =>
  stepOf(onVolumes, { ...observed(members, claimed(replicas)), volumes: { claims } });
const leader = { leaders: { nacos_config: 'n-1.n-headless.shop.svc.cluster.local:7848' } };

it('pods without a claim are replaced from the first on, as the controller makes no later one before', () => {
  const well = (ordinal: number) => claimless(ordinal, up(ordinal, leader));
  expect(rolled([well(0), well(1), well(2)])).toMatchObject({ type: 'ReplacePod', pod: 'n-0' });
});

it('a pod without a claim that keeps missing ones from being made goes first, if all others are ready', () => {
  const after = { pod: 'n-0', type: 'ReplacePod' };
  expect(rolled([claimless(0), claimless(1)])).toMatchObject(after);
  expect(rolled([claimless(0), claimless(1, { ready: false })])).not.toMatchObject(after);
  expect(rolled([claimless(0), claimless(1, { terminating: true })])).not.toMatchObject(after);
});

it.each([
  ['a later pod is missing that is made in the same batch', [0, 1], [1]],
  ['the one before is on its way', [1, 2], [1, 2]],
])('no pod without a claim goes beside another where %s', (_what, ordinals, former) => {
  const members = ordinals.map((ordinal) => claimless(ordinal, former.includes(ordinal) ? {} : { claimless: false }));
  expect(rolled(members)).toBeUndefined();
});

it('after a start, members are replaced once all take each other for up, or after two minutes', () => {
  const down = { 'n-2.n-headless.shop.svc.cluster.local:8848': 'DOWN' };
  const found = (seconds: number, more: Partial<Reachable> = {}) => {
    const started = { ...changed(2), since: at - seconds * 1000 };
    return refreshed(observed([changed(0), { ...unready(1, more), ready: true }, started], live));
  };
  const next = { type: 'ReplacePod', pod: 'n-1' };
  expect(stepOf(cluster, found(30))).toMatchObject(next);
  expect(stepOf(cluster, found(30, { down }))).toBeUndefined();
  const said = condition(look(cluster, found(30, { down })), 'RolledOut')?.message;
  expect(said).toMatch(/the next waits: n-1 takes n-2\.\S+ for DOWN/);
  expect(stepOf(cluster, found(130, { down }))).toMatchObject(next);
});
