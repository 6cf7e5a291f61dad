import { describe, expect, it } from 'vitest';
import { nacos } from '../nacos-object.js';
import { at, changing, look, observed, recorded, running, silent, statefulSet, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('status', () => {
  it('is the same in every pass over the same world, at any time', () => {
    const children = { statefulSets: [statefulSet(3)] };
    for (const members of [three, [up(0), up(1), silent(2)], [up(0)]]) {
      const first = look(cluster, observed(members), children);
      const second = look(first, { ...observed(members), at: at + 3_600_000 }, children);
      expect(second.status).toEqual(first.status);
    }
  });

  it('says of each member its state, since when, and the groups that it leads', () => {
    const [first, second] = look(cluster, observed([up(0), silent(1)])).status?.members ?? [];
    const lastTransitionTime = '2026-11-21T08:00:00Z';
    const address = 'n-0.n-headless.shop.svc.cluster.local:8848';
    expect(first).toEqual({
      pod: 'n-0',
      state: 'UP',
      address,
      version: '3.0.3',
      leaderOf: ['nacos_config'],
      lastTransitionTime,
    });
    expect(second).toEqual({ pod: 'n-1', state: 'Unreachable', lastTransitionTime });
  });

  it('gives a member another time when its state changes', () => {
    const before = look(cluster, observed(three));
    const later = look(before, { ...observed([up(0), up(1), silent(2)]), at: at + 60_000 });
    const times = later.status?.members?.map(({ lastTransitionTime }) => lastTransitionTime);
    expect(times).toEqual(['2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z', '2026-11-21T08:01:00Z']);
  });

  it('does not forget a member whose pod is gone', () => {
    const live = running(3);
    const seen = look(look(cluster, observed(three, live)), observed([up(0), up(1)], live));
    expect(seen.status?.members?.map(({ pod, state }) => `${pod} ${state}`)).toEqual([
      'n-0 UP',
      'n-1 UP',
      'n-2 Absent',
    ]);
  });

  it('says the lowest version that runs, so that a change can be taken back until all have it', () => {
    const old = { version: '2.0.4' };
    const before = standalone;
    const set = { statefulSet: recorded(statefulSet(2), '2.0.4') };
    expect(look(before, observed([up(0), up(1, old)], set)).status?.version).toBe('2.0.4');
    expect(look(before, observed([up(0), silent(1)], set)).status?.version).toBe('2.0.4');
    expect(look(before, observed([up(0), up(1)], set)).status?.version).toBe('3.0.3');
  });

  it('says the former version while the last pod of an upgrade is not made again yet', () => {
    const old = { version: '2.0.4' };
    const live = { ...running(3), statefulSet: recorded(statefulSet(3), '2.0.4') };
    const before = look(cluster, observed([up(0, old), up(1), up(2)], live));
    const gone = look(before, observed([up(1), up(2)], live));
    expect(gone.status?.version).toBe('2.0.4');
    expect(look(gone, observed([up(0), up(1), up(2)], live)).status?.version).toBe('3.0.3');
  });

  it('says the version of the first server that starts, and of those that are there while others come and go', () => {
    expect(look(cluster, observed([up(0)])).status?.version).toBe('3.0.3');
    const healthy = look(cluster, observed(three, running(3)));
    expect(look(healthy, observed(three, running(4))).status?.version).toBe('3.0.3');
  });

  it('goes on with the selector of a StatefulSet that others made', () => {
    const selector = { app: 'n', team: 'red' };
    const seen = look(standalone, observed([], { statefulSet: statefulSet(1, { selector }) }));
    expect(seen.status?.selector).toBe('app=n,team=red');
  });

  it('keeps the version that was seen while no server answers', () => {
    expect(look(look(standalone, observed([up(0)])), observed([])).status?.version).toBe('3.0.3');
  });

  it('never holds a secret', () => {
    const worlds = [[], [up(0)], [up(0, { administratorMissing: true })], [silent(0)]];
    for (const members of worlds)
      expect(JSON.stringify(look(standalone, observed(members)).status)).not.toContain('secret-password');
  });
});

it.each([
  [true, 'Running'],
  [false, 'Creating'],
])('is Running only by a StatefulSet whose controller has seen the last change: %s', (seen, phase) => {
  const set = statefulSet(3);
  const found = observed(three, { statefulSet: seen ? set : changing(set), listed: 3 });
  expect(look(cluster, found).status?.phase).toBe(phase);
});
