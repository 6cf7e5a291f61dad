import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { fails, holds } from '../feature.js';
import type { Observed, ObservedMember } from '../observed.js';
import { claimAt, dataThatRuns, strangeness } from '../volumes/claims.js';
import { type Disconnected, disconnected, patience } from './disconnected.js';
import { isLeaderless, leaderless, neverReady, stateOf } from './members.js';

const type = 'MembersHealthy';

/**
 * Whether every member is well.
 *
 * @param joining ordinal of a member that was just added: that it does not answer yet is no news
 */
export function membersHealthy(instance: Instance, observed: Observed, joining?: number): ConditionStatement {
  const members = observed.members.filter(({ ordinal }) => ordinal !== joining);
  const expected = instance.servers.replicas - (joining === undefined ? 0 : 1);
  return obstacle(instance, { ...observed, members }, expected) ?? holds(type, 'Healthy');
}

function obstacle(instance: Instance, observed: Observed, expected: number): ConditionStatement | undefined {
  const lost = disconnected(instance, observed);
  if (lost) return fails(type, 'NotJoined', notJoined(instance, lost));
  const answers = observed.members.filter(({ server }) => server?.reachable);
  if (answers.length < expected)
    return fails(type, 'Unreachable', unreachable(instance, observed, answers.length, expected));
  const rejecting = answers.filter((member) => stateOf(instance, member) === 'Refused');
  if (rejecting.length > 0) return fails(type, 'IdentityRejected', identityRejected(instance, rejecting, observed));
  const notUp = answers.filter((member) => stateOf(instance, member) !== 'UP');
  if (notUp.length > 0) return fails(type, 'NotUp', notUpMessage(instance, observed, notUp));
  const groups = leaderless(observed.members);
  if (groups.length > 0) return fails(type, 'NoLeader', noLeader(instance, observed, groups));
  const unready = answers.filter(({ ready }) => !ready).map(({ pod }) => pod);
  return unready.length > 0 ? fails(type, 'NotReady', notReady(instance, unready)) : undefined;
}

/** A leader that was the only member when it started may not know that it leads, see `deadlock`. */
function noLeader({ namespace }: Instance, { members }: Observed, groups: readonly string[]): string {
  const servers = members.flatMap(({ server }) => (server?.reachable ? [server] : []));
  const unaware = members.find(({ server }) => {
    if (!server?.reachable) return false;
    const leads = (group: string) => servers.some(({ leaders }) => leaders[group] === server.raftAddress);
    return groups.some((group) => !server.leaders[group] && leads(group));
  });
  const advice = unaware
    ? `; ${unaware.pod} leads and does not know it: if this stays for minutes, kubectl delete pod ${unaware.pod} -n ${namespace}`
    : '';
  return `members do not agree on a leader of ${groups.join(', ')}${advice}`;
}

function unreachable(instance: Instance, observed: Observed, answers: number, expected: number): string {
  const { members } = observed;
  const silent = members.flatMap(({ pod, server }) => {
    if (server?.reachable) return [];
    return [`${pod} (${server ? server.reason : 'not started'})`];
  });
  const list = silent.length > 0 ? `; not ${silent.join(', ')}` : '';
  return `${answers} of ${expected} servers answer${list}${deadlock(instance, observed)}`;
}

/**
 * The only voter makes itself the leader at once. Where that is before Nacos has stored its node, the word of it is
 * lost, and the server waits for a leader and never listens (nacos: NacosStateMachine.onLeaderStart,
 * NullPointerException; seen on 2.3.2 on a busy machine). The kubelet ends it after 20 minutes. The operator does not:
 * only a file in the pod shows it, as in each start Raft leads before HTTP listens.
 */
function deadlock({ servers, database, namespace }: Instance, { members: [only, ...others], at }: Observed): string {
  const alone = servers.mode === 'cluster' && servers.replicas === 1 && database.type === 'embedded';
  if (!alone || !only?.since || others.length > 0 || at - only.since < patience) return '';
  return `. It runs for minutes; the only member of a cluster at times waits for itself as a leader, for ever: if it still does not listen, kubectl delete pod ${only.pod} -n ${namespace}`;
}

function identityRejected(instance: Instance, rejecting: readonly ObservedMember[], { adoption }: Observed): string {
  const { authentication, names, namespace } = instance;
  const list = rejecting.map(({ pod }) => pod).join(', ');
  const secret = authentication.identitySecret ?? 'that the environment names';
  if (instance.profile.identityInRaft && instance.servers.mode === 'cluster')
    return `${list} did not take the identity of Secret ${secret}; see the condition SecretsReady`;
  // A restart would lose what they hold where another operator deletes Raft's data as they stop.
  if (adoption?.foreign)
    return `${list}, which another operator started, did not take the identity of Secret ${secret}; say in spec.env which NACOS_AUTH_IDENTITY_KEY and NACOS_AUTH_IDENTITY_VALUE they have`;
  const remedy = rejecting.every(({ outdated }) => outdated)
    ? 'they started with another one and are replaced one at a time, see the condition RolledOut'
    : `if it has changed since they started, kubectl rollout restart statefulset/${names.statefulSet} -n ${namespace}`;
  return `${list} did not take the identity of Secret ${secret}; ${remedy}`;
}

/** Servers with fewer members than Raft has voters wait for ever. */
function notUpMessage(instance: Instance, { volumes, members }: Observed, notUp: readonly ObservedMember[]): string {
  const list = notUp.map((member) => `${member.pod} is ${stateOf(instance, member)}`).join(', ');
  const claim = claimAt(volumes, instance.servers.replicas);
  const data = dataThatRuns(volumes.claims, instance.servers.replicas);
  if (!claim || strangeness(claim, data) === 'foreign' || !members.every(isLeaderless)) return list;
  return `${list}, without a leader, and volume claim ${claim.name} is there: if this cluster had more members before, set spec.replicas to their number, and they are started again one after the other`;
}

function notJoined({ namespace }: Instance, { member, leaders, fresh, spare, safe, certain }: Disconnected): string {
  const names = leaders.map(({ pod }) => pod).join(', ');
  const send = leaders.length > 1 ? 'send' : 'sends';
  const cause = `its node vanished before and ${names} still ${send} to the address that it had`;
  const remedy = `kubectl delete pod ${spare.pod} -n ${namespace}${safe ? '' : ': no write is taken until it is back'}`;
  if (!certain) {
    const found = `${member.pod} runs for minutes and has not joined: see kubectl logs ${member.pod} -n ${namespace}`;
    if (fresh) return `${found}; in case ${cause}, ${fresh.pod}, which was made since, becomes leader`;
    return `${found}. If it is still at work, wait; if it waits for a leader, as when ${cause}, that passes within 15 minutes, or at once with ${remedy}`;
  }
  const found = `${member.pod} is UP and hears no leader, as when ${cause}`;
  if (fresh || safe) return `${found}; another member is made leader`;
  return `${found}; this passes within 15 minutes. To be faster, ${remedy}`;
}

/** With the database down a server still answers, and its readiness hangs (measured on 3.0.3). */
function notReady(instance: Instance, pods: readonly string[]): string {
  const { database, names, namespace } = instance;
  const list = `${pods.join(', ')} answer but are not ready`;
  if (neverReady(instance))
    return `${pods.join()} is well, but one member of a Nacos 3 cluster is never ready: set spec.replicas to 3, or make a new one with spec.type standalone`;
  if (database.type !== 'mysql') return `${list}; see kubectl logs statefulset/${names.statefulSet} -n ${namespace}`;
  return `${list}, as servers are not while they cannot use their database ${database.host}:${database.port}: is it up, does it answer in namespace ${namespace}, and is the login in Secret ${database.password.name} right? They need no restart`;
}
