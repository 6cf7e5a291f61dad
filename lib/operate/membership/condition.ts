import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Cluster } from '../../resource/resolve.js';
import { fails } from '../statement.js';
import type { MembershipStep, Wait } from './step.js';

/**
 * Present only while a cluster does not have the desired size, or the member that was added last has not joined yet.
 *
 * @param joining why that member is not well
 */
export function scaled(
  servers: Cluster,
  step: MembershipStep | Wait | undefined,
  joining: string | undefined,
): ConditionStatement[] {
  const { desired, members, replicas } = servers;
  if (desired === members.length && replicas === members.length && !joining) return [];
  const waits = step?.type === 'Wait';
  const reason = waits && step.refused ? 'SizeRefused' : waits || !step ? 'Waiting' : 'Scaling';
  const next = step?.message ?? joining ?? 'the servers are not there yet';
  return [fails('Scaled', reason, `${members.length} of ${desired} members; ${next}`)];
}
