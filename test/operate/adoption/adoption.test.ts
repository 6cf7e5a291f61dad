import type { Stored } from 'cdk8s-reconciler';
import type { Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { appliedAnnotation, isForeign } from '../../../lib/operate/adoption/foreign.js';
import { nacos as controlled } from '../../../lib/operate/controller.js';
import type { Observed, ObservedMember } from '../../../lib/operate/observed.js';
import type { NacosObject } from '../../../lib/resource/nacos.js';
import { child, nacos } from '../../nacos-object.js';
import {
  clientService,
  condition,
  decideOn,
  gateOf,
  look,
  observed,
  recorded,
  statefulSet,
  stepOf,
  up,
} from '../world.js';

const host = (ordinal: number) => `n-${ordinal}.n-headless.shop.svc.cluster.local`;
const foreign = { foreign: true, looked: true };

/** A member of so many, from a pod that the official operator made. */
function member(ordinal: number, count: number, more: Partial<ObservedMember> = {}): ObservedMember {
  const peers = { nacos_config: Array.from({ length: count }, (_, i) => `${host(i)}:7848`) };
  const list = Array.from({ length: count }, (_, i) => `${host(i)}:8848`);
  const server = { version: '2.3.2', peers, list };
  return { ...up(ordinal, server), wipes: true, fixedList: true, unlabelled: true, traffic: false, ...more };
}

function cluster(count: number, more: Partial<Observed> = {}): Observed {
  const members = Array.from({ length: count }, (_, ordinal) => member(ordinal, count));
  return observed(members, { statefulSet: statefulSet(count), adoption: foreign, ...more });
}

const object = (spec: object = {}, consent?: string): NacosObject => {
  const made = nacos({ type: 'cluster', image: 'nacos/nacos-server:v2.3.2', replicas: 3, ...spec });
  const annotations: Record<string, string> =
    consent === undefined ? {} : { 'nacos.io/adopt-children': `u/${consent}` };
  return { ...made, metadata: { ...made.metadata, uid: 'u', generation: 4, annotations } };
};

/** That the StatefulSet's pods are of a former template, all others being this operator's. */
const rolling = (found: Observed): Observed => ({
  ...found,
  listed: found.members.length,
  statefulSet: recorded(found.statefulSet!, '2.3.2'),
  members: found.members.map((one) => ({ ...one, outdated: true, traffic: true, unlabelled: false })),
  adoption: { foreign: false, looked: true },
});

it.each([
  ['that another operator has made is foreign', {}, true],
  [
    'that this one has written is not',
    { annotations: { [appliedAnnotation]: '1' }, labels: controlledLabels() },
    false,
  ],
  ['without its digest, which hands took away, is not', { labels: controlledLabels() }, false],
  ['without its label, which hands took away, is not', { annotations: { [appliedAnnotation]: '1' } }, false],
])('a child %s', (_, metadata, expected) => {
  const ownerReferences = [{ apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', name: 'n', uid: 'u', controller: true }];
  const live = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'n', ownerReferences, ...metadata } };
  expect(isForeign(live as Stored, object())).toBe(expected);
});

function controlledLabels() {
  return Object.fromEntries([controlled.label]);
}

describe('a Nacos whose objects another operator has made', () => {
  it.each([1, 2, 3, 4])('of %i members is watched, and nothing is written without consent', (count) => {
    const found = cluster(count);
    const { children, gates = [], step } = decideOn(object({ replicas: count }), found);
    expect([gates.map((gate) => gate.child), step]).toEqual([children, undefined]);
    const after = look(object({ replicas: count }), found);
    expect(after.status?.phase).toBe('Running');
    expect(condition(after, 'Ready')?.status).toBe('True');
    expect(condition(after, 'Adoptable')).toMatchObject({ status: 'True', reason: 'ConsentMissing' });
    const command = 'kubectl annotate nacos n -n shop --overwrite nacos.io/adopt-children=u/4';
    expect(condition(after, 'Adoptable')?.message).toContain(command);
  });

  it('says in which order its pods go, the leader last', () => {
    const message = condition(look(object(), cluster(3)), 'Adoptable')?.message;
    expect(message).toContain('n-2, n-1, n-0 are replaced one after the other');
  });

  const silent = { reachable: false, reason: 'connection refused' } as const;
  const byAddress = (ordinal: number) =>
    member(ordinal, 3, { server: { ...up(ordinal).server!, raftAddress: `10.0.0.${ordinal}:7848` } as never });
  it.each<[string, Partial<Observed>, string]>([
    ['another operator still writes', { adoption: { ...foreign, rival: 'manager' } }, 'Rival'],
    ['it was never looked at', { adoption: { foreign: true, looked: false } }, 'Looking'],
    [
      'a member is down',
      { members: [0, 1, 2].map((i) => member(i, 3, i === 1 ? { server: silent } : {})) },
      'NotWhole',
    ],
    ['a member is missing', { members: [0, 1].map((i) => member(i, 3)) }, 'NotWhole'],
    ['Raft has another voter', { members: [0, 1, 2].map((i) => member(i, 4)) }, 'NotWhole'],
    ['nothing runs', { members: [] }, 'NotWhole'],
    ['members go by their addresses', { members: [0, 1, 2].map(byAddress) }, 'NotWhole'],
  ])('stays as it is with consent too where %s', (_what, more, reason) => {
    const found = cluster(3, more);
    const { children, gates = [], step } = decideOn(object({}, '4'), found);
    expect([gates.map((gate) => gate.child), step]).toEqual([children, undefined]);
    expect(condition(look(object({}, '4'), found), 'Adoptable')).toMatchObject({ status: 'False', reason });
  });

  it('asks for the identity that its servers have where they refuse another one, and for no restart', () => {
    const members = [0, 1, 2].map((i) => member(i, 3, { server: { ...up(i, { refused: true }).server! } }));
    const healthy = condition(look(object(), cluster(3, { members })), 'MembersHealthy');
    expect(healthy).toMatchObject({ status: 'False', reason: 'IdentityRejected' });
    expect(healthy?.message).toMatch(/say in spec\.env which NACOS_AUTH_IDENTITY_KEY and NACOS_AUTH_IDENTITY_VALUE/);
    expect(healthy?.message).not.toContain('kubectl');
  });

  it('is not adopted where members call themselves by addresses, which would be other voters', () => {
    const peers = { nacos_config: [0, 1, 2].map((i) => `10.0.0.${i}:7848`) };
    const leaders = { nacos_config: '10.0.0.0:7848' };
    const members = [0, 1, 2].map((i) => {
      const { server } = up(i, { version: '2.3.2', peers, leaders, raftAddress: `10.0.0.${i}:7848` });
      return member(i, 3, { server: server! });
    });
    const found = cluster(3, { members });
    expect(condition(look(object({}, '4'), found), 'Adoptable')).toMatchObject({ reason: 'OtherNames' });
    expect(gateOf(object({}, '4'), found, 'StatefulSet')).toBeDefined();
  });

  it.each([1, 2, 3, 4])('of %i members is written with consent to its generation, at the size that runs', (count) => {
    const found = cluster(count);
    for (const replicas of [1, 3, 5]) {
      expect(gateOf(object({ replicas }, '3'), found, 'StatefulSet')).toBeDefined();
      expect(gateOf(object({ replicas }, '4'), found, 'StatefulSet')).toBeUndefined();
      const set = child([...decideOn(object({ replicas }, '4'), found).children], 'StatefulSet');
      expect([set.spec?.replicas, set.spec?.updateStrategy]).toEqual([count, { type: 'OnDelete' }]);
    }
  });
});

describe('pods of another operator', () => {
  it('are replaced one at a time, and members come and go only then', () => {
    const found = rolling(cluster(3));
    for (const replicas of [1, 3, 5])
      expect(stepOf(object({ replicas }), found)).toMatchObject({
        type: 'ReplacePod',
        pod: 'n-2',
        others: ['n-0', 'n-1'],
      });
    const down = { reachable: false, reason: 'starts' } as const;
    const members = found.members.map((one) =>
      one.ordinal === 2 ? { ...one, outdated: false, wipes: false, fixedList: false, server: down } : one,
    );
    expect(stepOf(object(), { ...found, members })).toBeUndefined();
  });

  it('stay where the other operator still writes', () => {
    const found = rolling(cluster(3));
    const rival = { foreign: false, looked: true, rival: 'manager' };
    expect(stepOf(object(), found)).toMatchObject({ type: 'ReplacePod' });
    expect(stepOf(object(), { ...found, adoption: rival })).toBeUndefined();
    expect(condition(look(object(), { ...found, adoption: rival }), 'RolledOut')?.message).toContain('manager');
  });

  it('of a cluster of one have the only copy, as they delete it when they stop', () => {
    const found = rolling(cluster(1, { members: [member(0, 1, { volatile: true })] }));
    const set = { ...found.statefulSet!, metadata: { ...found.statefulSet!.metadata, generation: 2 } };
    const current = { ...set, status: { ...set.status, observedGeneration: 2 } } as Stored<StatefulSet>;
    const seen = { ...found, statefulSet: current };
    expect(stepOf(object({ replicas: 1 }), seen)).toBeUndefined();
    expect(condition(look(object({ replicas: 1 }), seen), 'DataKept')).toMatchObject({ reason: 'OnlyCopy' });
  });

  it('of an even count are kept, and a condition says what that means', () => {
    expect(condition(look(object({ replicas: 4 }), rolling(cluster(4))), 'SizeOdd')?.message).toMatch(
      /4 members .* bear no more failures than 3 do: set spec.replicas to 5 or 3/,
    );
  });
});

describe('the Service for clients of another operator', () => {
  const live = (spec: object): Stored<Service> => {
    const found = clientService();
    const ownerReferences = [{ apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', name: 'n', uid: 'u', controller: true }];
    return { ...found, metadata: { ...found.metadata, name: 'n-client', ownerReferences }, spec } as Stored<Service>;
  };
  const gateOfClients = (spec: object) => {
    const { gates = [] } = decideOn(object({}, '4'), rolling(cluster(3, { clientService: live(spec) })));
    return gates.find(({ child: gated }) => gated.metadata?.name === 'n-client')?.reason;
  };

  it('keeps a type that hands have made of it, until the spec says so', () => {
    expect(gateOfClients({ type: 'ClusterIP' })).toBeUndefined();
    const nodePort = { type: 'NodePort', ports: [{ port: 8848, nodePort: 30848 }] };
    expect(gateOfClients(nodePort)).toMatch(/is of type NodePort \(8848 by node port 30848\), and stays as it is/);
  });

  it('leads to no server that is not ready any more', () => {
    const found = rolling(cluster(3, { clientService: live({ publishNotReadyAddresses: true }) }));
    const service = child([...decideOn(object({}, '4'), found).children], 'Service', 'n-client');
    expect(service.spec?.publishNotReadyAddresses).toBe(false);
  });
});
