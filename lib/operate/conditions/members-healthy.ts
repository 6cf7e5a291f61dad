import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { type Disconnected, disconnected } from '../disconnected.js';
import type { Facts } from '../facts.js';
import { neverReady } from '../health.js';
import { answering, leaderless, stateOf } from '../members.js';
import { no, yes } from './statement.js';

export function membersHealthy(instance: Instance, facts: Facts): ConditionStatement {
  const type = 'MembersHealthy';
  const { servers, authentication } = instance;
  const silent = facts.members.flatMap(({ pod, server }) => {
    if (server?.reachable) return [];
    return [`${pod} (${server ? server.reason : 'not started'})`];
  });
  const lost = disconnected(instance, facts);
  if (lost) return no(type, 'NotJoined', notJoined(instance, lost));
  const answers = answering(facts);
  if (answers.length < servers.replicas) {
    const list = silent.length > 0 ? `; not ${silent.join(', ')}` : '';
    return no(type, 'Unreachable', `${answers.length} of ${servers.replicas} servers answer${list}`);
  }
  const refusing = answers.filter((member) => stateOf(instance, member) === 'Refused');
  if (refusing.length > 0) {
    const list = refusing.map(({ pod }) => pod).join(', ');
    const secret = authentication.identitySecret ?? 'that the environment names';
    const remedy = refusing.every(({ outdated }) => outdated)
      ? 'they started with another one and are replaced one at a time, see the condition RolledOut'
      : `if it has changed since they started, kubectl rollout restart statefulset/${instance.names.statefulSet} -n ${instance.namespace}`;
    return no(type, 'Refused', `${list} did not take the identity of Secret ${secret}; ${remedy}`);
  }
  const ill = answers.filter((member) => stateOf(instance, member) !== 'UP');
  if (ill.length > 0)
    return no(type, 'NotUp', ill.map((member) => `${member.pod} is ${stateOf(instance, member)}`).join(', '));
  const groups = leaderless(facts.members);
  if (groups.length > 0) return no(type, 'NoLeader', `members do not agree on a leader of ${groups.join(', ')}`);
  const unready = answers.filter(({ ready }) => !ready).map(({ pod }) => pod);
  if (unready.length > 0) return no(type, 'NotReady', notReady(instance, unready));
  return yes(type, 'Healthy');
}

function notJoined({ namespace }: Instance, { member, leaders, fresh, spare, safe }: Disconnected): string {
  const who = leaders.map(({ pod }) => pod).join(', ');
  const send = leaders.length > 1 ? 'send' : 'sends';
  const what = `${member.pod} runs for minutes and does not join, as when its node vanished before and ${who} still ${send} to the address that it had`;
  if (fresh || safe) return `${what}; another member is made leader`;
  return `${what}; this passes within 15 minutes. To be faster, kubectl delete pod ${spare.pod} -n ${namespace}: no write is taken until it is back`;
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
