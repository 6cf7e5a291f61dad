import { describe, expect, it } from 'vitest';
import type { Observed, ObservedMember } from '../../../lib/operate/observed.js';
import { storage } from '../../../lib/render/storage.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { child, nacos } from '../../nacos-object.js';
import { claim, condition, dataMark, decideOn, look, observed, refreshed, running, silent, up } from '../world.js';

const raft = (ordinal: number) => `n-${ordinal}.n-headless.shop.svc.cluster.local:7848`;
const http = (ordinal: number) => `n-${ordinal}.n-headless.shop.svc.cluster.local:8848`;
const upTo = (count: number) => Array.from({ length: count }, (_, ordinal) => ordinal);

/** Servers that are well, of which the first `voters` vote, and which know `listed` members. */
function members(count: number, voters = count, listed = count): ObservedMember[] {
  const peers = { nacos_config: upTo(voters).map(raft) };
  return upTo(count).map((one) => ({
    ...up(one, { version: '2.3.2', peers, list: upTo(listed).map(http) }),
    traffic: true,
  }));
}

/** Sizes that are written: lines of the list, and replicas of the StatefulSet. */
function written(replicas: number, found: Observed, status?: object) {
  const object = nacos({ type: 'cluster', version: '2.3.2', replicas }, { status: status as never });
  const { children, step } = decideOn(object, refreshed(found));
  const list = child(children as never, 'ConfigMap')
    .data?.['cluster.conf']?.split('\n')
    .filter(Boolean).length;
  return { list, servers: child(children as never, 'StatefulSet').spec?.replicas, step: step?.message };
}

describe('a cluster goes on from what runs', () => {
  it.each([
    ['no status', undefined],
    ['a status that says something else', { desiredReplicas: 1, replicas: 1, members: [{ pod: 'n-0' }] }],
  ])('with %s', (_what, status) => {
    expect(written(3, observed(members(3), running(3)), status)).toEqual({ list: 3, servers: 3, step: undefined });
  });

  it.each([
    ['the StatefulSet was orphaned, and the object is made again with fewer replicas', running(3)],
    ['the StatefulSet comes from the official operator, which has no list', { statefulSet: running(3).statefulSet }],
    ['its StatefulSet is gone and the pods are not', { listed: 3 }],
  ])('where %s: nothing stops, the first step is to withdraw the last member', (_what, live) => {
    expect(written(1, observed(members(3), live as Partial<Observed>))).toEqual({
      list: 3,
      servers: 3,
      step: 'statefulSet' in live ? 'Disabling client traffic to n-2' : undefined,
    });
  });

  it('counts what a server without its StatefulSet has, not what claims of others beside it say', () => {
    const claims = [claim(0, dataMark(1)), ...[1, 2].map((one) => claim(one, dataMark(5, { origin: 'other' })))];
    const [alone] = members(1);
    const object = nacos({ type: 'cluster', version: '2.3.2', replicas: 1, volume: { enabled: true } });
    const { children } = decideOn(object, observed([{ ...alone!, orphan: true }], { listed: 1, volumes: { claims } }));
    expect(child(children as never, 'StatefulSet').spec?.replicas).toBe(1);
  });

  it('starts all members at once where nothing has run, and after a list that no server has read', () => {
    expect(written(5, observed([]))).toMatchObject({ list: 5, servers: 5 });
    expect(written(5, observed([], { listed: 3 }))).toMatchObject({ list: 5, servers: 5 });
  });

  it('starts the members of the list where volumes are all that is left of them', () => {
    const claims = upTo(3).map((one) => ({ name: `db-n-${one}`, requested: '10Gi', capacity: '10Gi' }));
    expect(written(5, observed([], { listed: 3, volumes: { claims } }))).toMatchObject({ list: 3, servers: 3 });
  });
});

describe('a StatefulSet that was scaled by hand to a million', () => {
  const scaled = { ...running(1_000_000), listed: 3 };

  it.each([3, 5])('goes back at once to what runs, and is wanted: %i replicas', (replicas) => {
    const found = observed(members(3), scaled);
    expect(written(replicas, found)).toMatchObject({ list: 3, servers: replicas });
    const { status } = look(nacos({ type: 'cluster', version: '2.3.2', replicas }), found);
    expect(status?.members?.length).toBeLessThan(200);
  });

  it('keeps servers that have been started, and all while voters are not known', () => {
    const started = { ...members(4)[3]!, ordinal: 120, pod: 'n-120' };
    expect(written(3, observed([...members(3), started], scaled)).servers).toBe(121);
    const voter = members(3).map((one) =>
      up(one.ordinal, { version: '2.3.2', peers: { nacos_config: [0, 1, 2, 130].map(raft) } }),
    );
    expect(written(3, observed(voter, scaled)).servers).toBe(131);
    const leaderless = members(3).map((one) => up(one.ordinal, { version: '2.3.2', leaders: { nacos_config: '' } }));
    expect(written(3, observed(leaderless, scaled)).servers).toBe(1_000_000);
  });

  it('has no list of as many members where its list is gone', () => {
    expect(written(3, observed(members(3), { statefulSet: scaled.statefulSet })).list).toBeLessThan(200);
  });
});

describe('servers that Raft has and the list has not', () => {
  it('leave Raft in an order that keeps the majority: first those that are down', () => {
    const [first, second] = members(2, 3, 1);
    const found = observed([first!, { ...second!, traffic: false }], { ...running(2), listed: 1 });
    const { step } = written(1, found);
    expect(step).toBe(`Removing ${raft(2)}, ${raft(1)} from Raft`);
  });
});

describe('a member that stays after all', () => {
  const spec = { type: 'cluster', version: '2.3.2', replicas: 3, volume: { enabled: true, retain: false } };
  const claims = upTo(4).map((one) => claim(one, dataMark(3), { owned: true }));
  const live = running(3).statefulSet!;
  const volumeClaimTemplates = storage(resolve(nacos(spec))).claims;
  const found = observed(
    members(3).map((member) => ({ ...member, traffic: member.ordinal < 2 })),
    { ...running(3), statefulSet: { ...live, spec: { ...live.spec!, volumeClaimTemplates } }, volumes: { claims } },
  );

  it('gets its clients back before the claim of one that left goes, and it shows until then', () => {
    const { step, status } = decideOn(nacos(spec), refreshed(found));
    expect(step).toMatchObject({ type: 'EnableTraffic', pods: ['n-2'] });
    expect(status?.([]).conditions).toContainEqual(
      expect.objectContaining({ type: 'Scaled', status: 'False', message: expect.stringContaining('n-2') }),
    );
  });
});

describe('a StatefulSet that was scaled by hand', () => {
  it('to more, while the operator was away: members that joined are listed one by one, and nothing stops', () => {
    const found = observed(members(3, 3, 1), running(3, 1));
    expect(written(3, found)).toMatchObject({
      list: 2,
      servers: 3,
      step: expect.stringMatching(/adding n-1, which has joined/),
    });
  });

  it('to more than is desired: the last one leaves Raft first, and is stopped alone', () => {
    const found = observed(members(3, 3, 1), running(3, 1));
    expect(written(1, found)).toMatchObject({ list: 1, servers: 3, step: 'Disabling client traffic to n-2' });
    const drained = members(3, 3, 1).map((one) => (one.ordinal === 2 ? { ...one, traffic: false } : one));
    expect(written(1, observed(drained, running(3, 1))).step).toMatch(/^Removing n-2\.\S+ from Raft$/);
    const removed = members(3, 2, 1).map((one) => (one.ordinal === 2 ? { ...one, traffic: false } : one));
    expect(written(1, observed(removed, running(3, 1)))).toMatchObject({ list: 1, servers: 2 });
  });

  it('to fewer: the members are started again, one at a time', () => {
    const found = observed(members(1, 3, 3), running(1, 3));
    expect(written(3, found)).toMatchObject({ list: 3, servers: 2, step: expect.stringMatching(/starting n-1/) });
  });

  it('to a list of members that never were: they are taken from it again', () => {
    const found = observed(members(3, 3, 3), running(3, 5));
    expect(written(3, found)).toMatchObject({ list: 4, servers: 3 });
  });

  const silentOnes = members(3).map(({ pod, ordinal }) => silent(ordinal, `no route to ${pod}`));
  const leaderless = members(2).map(({ ordinal }) => up(ordinal, { version: '2.3.2', leaders: { nacos_config: '' } }));
  it.each<[string, number, Observed, number]>([
    ['the list alone says so', 3, observed(silentOnes, running(3, 9)), 3],
    ['spec.replicas says so too', 5, observed(silentOnes, running(3, 5)), 4],
    ['the others have no majority', 2, observed(leaderless, running(2, 5)), 3],
  ])(
    'starts the next member while no leader answers only on more than a list: %s',
    (_what, replicas, found, servers) => {
      expect(written(replicas, found)).toMatchObject({ list: found.listed, servers });
    },
  );

  it('says of a list that is too long what would help', () => {
    const seen = look(nacos({ type: 'cluster', version: '2.3.2', replicas: 3 }), observed(silentOnes, running(3, 9)));
    expect(condition(seen, 'Scaled')).toMatchObject({ reason: 'Waiting', message: /n-3 waits: .*spec\.replicas to 9/ });
  });
});

describe('a cluster with fewer servers than Raft has voters', () => {
  const starting = up(0, { version: '2.3.2', state: 'STARTING', leaders: { nacos_config: '' }, peers: {} });
  const lonely = { ...starting, ready: false, traffic: true };
  const claims = upTo(2).map((one) => ({ name: `db-n-${one}`, requested: '10Gi', capacity: '10Gi' }));

  it('grows back by spec.replicas', () => {
    const found = observed([lonely], { ...running(1), volumes: { claims } });
    expect(written(3, found)).toMatchObject({ list: 2, servers: 2, step: expect.stringMatching(/adding n-1/) });
  });

  it('waits where there is no volume of another member: it may only be starting', () => {
    const found = observed([lonely], { ...running(1), volumes: { claims: claims.slice(0, 1) } });
    expect(written(3, found)).toMatchObject({ list: 1, servers: 1, step: undefined });
  });

  it('says what would help', () => {
    const object = nacos({ type: 'cluster', version: '2.3.2', replicas: 1 });
    const seen = look(object, observed([lonely], { ...running(1), volumes: { claims } }));
    expect(condition(seen, 'MembersHealthy')?.message).toMatch(/volume claim db-n-1 is there.*set spec\.replicas/);
  });
});

it('each step from 1 to 5 says so, in one mood', () => {
  const steps = [1, 2, 3, 4].map((count) => written(5, observed(members(count), running(count))).step);
  expect(steps).toEqual([1, 2, 3, 4].map((count) => `Scaling up to ${count + 1} members: adding n-${count}`));
});
