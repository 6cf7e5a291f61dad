import { describe, expect, it } from 'vitest';
import { nacos } from '../nacos-object.js';
import { at, facts, look, silent, statefulSet, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('status', () => {
  it('is the same in every pass over the same world, at any time', () => {
    const children = { statefulSets: [statefulSet(3)] };
    for (const members of [three, [up(0), up(1), silent(2)], [up(0)]]) {
      const first = look(cluster, facts(members), children);
      const second = look(first, { ...facts(members), at: at + 3_600_000 }, children);
      expect(second.status).toEqual(first.status);
    }
  });

  it('tells of each member its state, since when, and the groups that it leads', () => {
    const [first, second] = look(cluster, facts([up(0), silent(1)])).status?.members ?? [];
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
    const before = look(cluster, facts(three));
    const later = look(before, { ...facts([up(0), up(1), silent(2)]), at: at + 60_000 });
    const times = later.status?.members?.map(({ lastTransitionTime }) => lastTransitionTime);
    expect(times).toEqual(['2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z', '2026-11-21T08:01:00Z']);
  });

  it('does not forget a member whose pod is gone', () => {
    const live = { members: 3, servers: 3, seen: true };
    const seen = look(look(cluster, facts(three, { live })), facts([up(0), up(1)], { live }));
    expect(seen.status?.members?.map(({ pod, state }) => `${pod} ${state}`)).toEqual([
      'n-0 UP',
      'n-1 UP',
      'n-2 Absent',
    ]);
  });

  it('takes up, once it was lost, what is there: nobody joins or leaves at once', () => {
    const live = { members: 4, servers: 5, seen: true };
    expect(look(cluster, facts(three, { live })).status?.membership).toEqual({ members: 4, servers: 5 });
  });

  it('tells the lowest version that runs, so that a change can be taken back until all have it', () => {
    const old = { version: '2.0.4' };
    const before = look(standalone, facts([up(0, old), up(1, old)]));
    expect(look(before, facts([up(0), up(1, old)])).status?.version).toBe('2.0.4');
    expect(look(before, facts([up(0), silent(1)])).status?.version).toBe('2.0.4');
    expect(look(before, facts([up(0), up(1)])).status?.version).toBe('3.0.3');
  });

  it('tells the former version while the last pod of an upgrade is not made anew yet', () => {
    const [old, membership] = [{ version: '2.0.4' }, { members: 3, servers: 3 }];
    const live = { ...membership, seen: true };
    const before = look(
      { ...cluster, status: { version: '2.0.4', membership } },
      facts([up(0, old), up(1), up(2)], { live }),
    );
    const gone = look(before, facts([up(1), up(2)], { live }));
    expect(gone.status?.version).toBe('2.0.4');
    expect(look(gone, facts([up(0), up(1), up(2)], { live })).status?.version).toBe('3.0.3');
  });

  it('tells the version of the first server that starts, and of those that are there while others come and go', () => {
    expect(look(cluster, facts([up(0)])).status?.version).toBe('3.0.3');
    const running = look(cluster, facts(three, { live: { members: 3, servers: 3, seen: true } }));
    const grown = { ...running, status: { ...running.status, membership: { members: 4, servers: 4 } } };
    expect(look(grown, facts(three)).status?.version).toBe('3.0.3');
  });

  it('goes on with the selector of a StatefulSet that somebody else made, known to the caches or not', () => {
    const selector = { app: 'n', team: 'red' };
    const known = look(standalone, facts([]), { statefulSets: [statefulSet(1, selector)] });
    const unknown = look(standalone, facts([], { selector }));
    for (const { status } of [known, unknown]) expect(status?.selector).toBe('app=n,team=red');
  });

  it('keeps the version that was seen while no server answers', () => {
    expect(look(look(standalone, facts([up(0)])), facts([])).status?.version).toBe('3.0.3');
  });

  it('never holds a secret', () => {
    const worlds = [[], [up(0)], [up(0, { administratorMissing: true })], [silent(0)]];
    for (const members of worlds)
      expect(JSON.stringify(look(standalone, facts(members)).status)).not.toContain('secret-password');
  });
});

it.each([
  [true, 'Running'],
  [false, 'Creating'],
])('is Running only by a StatefulSet whose controller has seen the last change: %s', (seen, phase) => {
  const found = facts(three, { live: { members: 3, servers: 3, seen } });
  expect(look(cluster, found, { statefulSets: [statefulSet(3)] }).status?.phase).toBe(phase);
});
