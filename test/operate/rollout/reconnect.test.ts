import { expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { nacos } from '../../nacos-object.js';
import { at, condition, look, observed, refreshed, running, stepOf, up } from '../world.js';

const minutes = 60_000;
const live = running(3);
const database = { type: 'mysql', mysqlHost: 'db', schema: 'External' };
const cluster = nacos({ type: 'cluster', replicas: 3, database }, { status: { phase: 'Running' } });

function since(ago: number, member: ObservedMember): ObservedMember {
  return { ...member, traffic: true, created: at - ago, since: at - ago };
}

const leader = since(60 * minutes, up(0));
const down: ObservedMember = { ...up(2), ready: false, server: { reachable: false, reason: 'connection refused' } };
const deaf = { ...up(2, { leaders: { nacos_config: '' } }), deafFor: 2 * minutes };
const led = (members: ObservedMember[]) => refreshed(observed(members, live));

it.each([
  ['does not answer', down],
  ['is UP without a leader', deaf],
])('makes a member the leader that was started since another one came back and %s', (_what, lost) => {
  const found = led([leader, since(1 * minutes, up(1)), since(4 * minutes, lost)]);
  expect(stepOf(cluster, found)).toMatchObject({ type: 'TransferLeader', from: 'n-0', to: 'n-1' });
  expect(condition(look(cluster, found), 'MembersHealthy')?.message).toMatch(
    /another member is made leader|n-1, which was made since, becomes leader/,
  );
});

it.each([
  ['it was just started', [leader, since(1 * minutes, up(1)), since(2 * minutes, down)]],
  [
    'it was started again in its pod',
    [leader, since(1 * minutes, up(1)), { ...since(4 * minutes, down), restarts: 1 }],
  ],
  [
    'another one is not well either',
    [leader, since(1 * minutes, { ...down, pod: 'n-1', ordinal: 1 }), since(4 * minutes, down)],
  ],
  ['who leads was started since', [since(1 * minutes, up(0)), since(1 * minutes, up(1)), since(4 * minutes, down)]],
  ['a roll is on', [{ ...leader, outdated: true }, since(1 * minutes, up(1)), since(4 * minutes, down)]],
  [
    'it has just begun to hear no leader',
    [leader, since(60 * minutes, up(1)), since(2 * minutes, { ...deaf, deafFor: 5000 })],
  ],
  ['two of three would not be enough', [leader, since(60 * minutes, up(1)), since(4 * minutes, down)]],
])('leaves a lost member alone while %s', (_what, members) => {
  const action = stepOf(cluster, led(members));
  expect(action?.type === 'TransferLeader' ? action : undefined).toBeUndefined();
  expect(action?.type === 'ReplacePod' && action.pod !== 'n-2' ? action : undefined).toBeUndefined();
});

const five = nacos({ type: 'cluster', replicas: 5, database }, { status: { phase: 'Running' } });
const peers = { nacos_config: [0, 1, 2, 3, 4].map((ordinal) => `n-${ordinal}.n-headless.shop.svc.cluster.local:7848`) };
const of5 = (lost: ObservedMember, voters = peers) => {
  const members = [0, 1, 3, 4].map((ordinal) => since(60 * minutes, up(ordinal, { peers: voters })));
  return refreshed(observed([...members.slice(0, 2), since(30 * minutes, lost), ...members.slice(2)], running(5)));
};

it('of five replaces one, for a member that is UP and hears no leader', () => {
  expect(stepOf(five, of5({ ...deaf, ready: false }))).toMatchObject({ type: 'ReplacePod', pod: 'n-1' });
});

it.each<[string, ObservedMember, typeof peers?]>([
  ['does not answer, for however long', down],
  [
    'says that it is starting',
    { ...deaf, deafFor: 0, ready: false, server: { ...deaf.server, state: 'STARTING' } as never },
  ],
  ['leaders do not take for a peer', { ...deaf, ready: false }, { nacos_config: peers.nacos_config.slice(3) }],
])('of five replaces none for a member that %s', (_what, lost, voters) => {
  expect(stepOf(five, of5(lost, voters))?.type).not.toBe('ReplacePod');
});
