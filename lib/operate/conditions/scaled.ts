import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { membershipStep } from '../membership.js';
import { no } from './statement.js';

/** Present only while a cluster does not have the size that it is asked for. */
export function scaled(instance: Instance, facts: Facts): ConditionStatement[] {
  if (!isScaling(instance)) return [];
  const step = membershipStep(instance, facts);
  const reason = step?.type === 'Wait' ? 'Waiting' : 'Scaling';
  const { servers } = instance;
  const size = servers.mode === 'cluster' ? `${servers.members.length} of ${servers.asked} members` : '';
  return [no('Scaled', reason, `${size}; ${step?.message ?? 'the servers are not there yet'}`)];
}

export function isScaling({ servers }: Instance): boolean {
  return (
    servers.mode === 'cluster' &&
    (servers.asked !== servers.members.length || servers.replicas !== servers.members.length)
  );
}
