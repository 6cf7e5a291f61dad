import { expect, it } from 'vitest';
import type { MemberFacts } from '../../lib/operate/facts.js';
import { plan } from '../../lib/operate/plan.js';
import type { Reachable } from '../../lib/server/client.js';
import { nacos } from '../nacos-object.js';
import { condition, facts, look, up } from './world.js';

// Servers whose template keeps them from being ready, such as a probe of a path that they do not have.
const live = { members: 3, servers: 3, seen: true };
const cluster = nacos(
  { type: 'cluster', replicas: 3 },
  { status: { phase: 'Creating', membership: { members: 3, servers: 3 } } },
);
const unready = (ordinal: number, more: Partial<Reachable> = {}): MemberFacts => ({
  ...up(ordinal, more),
  ready: false,
  serves: true,
  outdated: true,
});
const changed = (ordinal: number): MemberFacts => ({ ...up(ordinal), serves: true });
const planned = (...members: MemberFacts[]) => plan(cluster, facts(members, { live }));

it('a template with which no member is ready gives way to another one, a member at a time, the leader last', () => {
  const replaced = { type: 'ReplacePod', pod: 'n-2', others: [] };
  expect(planned(unready(0), unready(1), unready(2))).toMatchObject(replaced);
  expect(planned(unready(0), unready(1), changed(2))).toMatchObject({ ...replaced, pod: 'n-1', others: ['n-2'] });
  expect(planned(unready(0), changed(1), changed(2))).toMatchObject({ type: 'ReplacePod', pod: 'n-0' });
});

it('nobody who is ready is replaced while another member is not', () => {
  const ready = { ...unready(0), ready: true };
  const waiting = { ...changed(2), ready: false };
  expect(planned(ready, unready(1), waiting)).toMatchObject({ type: 'ReplacePod', pod: 'n-1', others: ['n-0'] });
  const found = facts([ready, { ...changed(1), ready: false }, waiting], { live });
  expect(plan(cluster, found)).toBeUndefined();
  expect(condition(look(cluster, found), 'RolledOut')?.message).toMatch(
    /n-0 still as before; the next waits: n-1 is not/,
  );
});

it.each([
  ['have no leader', { leaders: { nacos_config: '' } }],
  ['are not UP', { state: 'DOWN' }],
])('nobody is replaced where members that are not ready %s', (_what, more) => {
  expect(planned(unready(0, more), unready(1, more), unready(2, more))).toBeUndefined();
});
