import { expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import type { Reachable } from '../../../lib/server/client.js';
import { nacos } from '../../nacos-object.js';
import { condition, look, observed, running, stepOf, up } from '../world.js';

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
