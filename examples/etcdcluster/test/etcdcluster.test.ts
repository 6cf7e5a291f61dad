import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMap, StatefulSet } from 'cdk8s-reconciler';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Member } from '../etcd.js';
import { etcdCluster } from '../etcdcluster.js';
import { nextChange, quorumLost } from '../membership.js';
import type { EtcdCluster } from '../resource.js';

const parsed = parse(readFileSync(join(__dirname, '../etcdcluster.yaml'), 'utf8'));
const sample = (status?: EtcdCluster['status'], spec = {}): EtcdCluster => ({
  ...parsed,
  metadata: { ...parsed.metadata, namespace: 'shop' },
  spec: { repository: 'quay.io/coreos/etcd', ...parsed.spec, ...spec },
  status,
});

/** `size` members that are well, of which the first leads; `special` says by number what is different. */
function members(size: number, special: Record<number, Partial<Member>> = {}): Member[] {
  return Array.from({ length: size }, (_, i) => ({
    name: `example-${i}`,
    id: String(i),
    stage: 'voter',
    address: `10.0.0.${i}`,
    leads: i === 0,
    raftIndex: 100,
    ...special[i],
  }));
}
const down = { address: undefined };

describe('children', () => {
  const rendered = (status?: EtcdCluster['status']) => {
    const [bootstrap, , , , set] = etcdCluster.render(sample(status));
    return { replicas: (set as StatefulSet).spec?.replicas, ...(bootstrap as ConfigMap).data };
  };
  const url = (i: number) => `example-${i}=http://example-${i}.example.shop.svc:2380`;

  it.each([
    ['at first one pod, of a new cluster', undefined, 1, url(0), 'new'],
    ['as many pods as members', { members: ['example-0', 'example-1'] }, 2, '', 'existing'],
    [
      'the list of members for the one that joins',
      { members: ['example-0', 'example-1'], joining: 'example-1' },
      2,
      `${url(0)},${url(1)}`,
      'existing',
    ],
    ['no pod less where a number is missing', { members: ['example-0', 'example-2'] }, 3, '', 'existing'],
  ])('%s', (_, status, replicas, list, state) => {
    expect(rendered(status)).toEqual({ replicas, ETCD_INITIAL_CLUSTER: list, ETCD_INITIAL_CLUSTER_STATE: state });
  });
});

describe('the next change', () => {
  const next = (found: Member[], available = found.filter(({ address }) => address).length) => {
    const change = nextChange(sample(undefined, { version: '3.6.0' }), found, available);
    return change && `${change.type} ${change.message}`;
  };

  it.each([
    ['adds the first free name', members(2), 'AddMember example-2'],
    ['fills a gap', members(3).toSpliced(1, 1), 'AddMember example-1'],
    ['waits for one that was added', members(3, { 2: { stage: 'added', ...down } }), undefined],
    ['waits for a learner that is behind', members(3, { 2: { stage: 'learner', raftIndex: 50 } }), undefined],
    [
      'promotes a learner that has caught up',
      members(3, { 2: { stage: 'learner', raftIndex: 99 } }),
      'PromoteMember example-2',
    ],
    ['removes the last', members(5), 'RemoveMember example-4'],
    ['removes the last also if that is down', members(4, { 3: down }), 'RemoveMember example-3'],
    [
      'lets the leader hand over before it goes',
      members(4, { 0: { leads: false }, 3: { leads: true } }),
      'MoveLeader to example-0',
    ],
    ['waits while one who stays is down', members(5, { 1: down }), undefined],
    ['waits without a leader', members(2, { 0: { leads: false } }), undefined],
    ['waits before the first answers', [], undefined],
    ['is none at the asked size', members(3), undefined],
  ])('%s', (_, found, expected) => {
    expect(next(found)).toBe(expected);
  });

  it('waits while a member has only just become ready', () => {
    expect([next(members(2), 1), next(members(5), 3)]).toEqual([undefined, undefined]);
  });

  it('adds a learner where etcd has them, from 3.4 on', () => {
    const body = (version: string) => nextChange(sample(undefined, { version }), members(2), 2)?.body;
    const peerURLs = ['http://example-2.example.shop.svc:2380'];
    expect([body('3.2.13'), body('3.4.0')]).toEqual([{ peerURLs }, { peerURLs, isLearner: true }]);
  });
});

describe('quorum', () => {
  it.each([
    ['is not lost by one that restarts', members(3, { 1: down }), false],
    ['is not lost by the only one that restarts', members(1, { 0: down }), false],
    ['is lost by two of three', members(3, { 1: down, 2: down }), true],
    ['is not lost by two of five', members(5, { 1: down, 2: down }), false],
    ['does not need learners', members(4, { 2: down, 3: { stage: 'learner', ...down } }), false],
  ])('%s', (_, found, lost) => {
    expect(quorumLost(found) !== undefined).toBe(lost);
  });
});
