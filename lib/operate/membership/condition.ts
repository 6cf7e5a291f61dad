import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Cluster } from '../../resource/resolve.js';
import { fails } from '../statement.js';
import type { MembershipStep, Wait } from './step.js';

/**
 * Present only while a cluster does not have the desired size, the member that was added last has not joined yet, or
 * one that was to leave and stays gets no clients.
 *
 * @param joining why that member is not well
 */
export function scaled(
  servers: Cluster,
  step: MembershipStep | Wait | undefined,
  joining: string | undefined,
): ConditionStatement[] {
  const { desired, members, replicas } = servers;
  const whole = desired === members.length && replicas === members.length && !joining;
  if (whole && step?.type !== 'EnableTraffic') return [];
  const waits = step?.type === 'Wait';
  const reason = waits && step.refused ? 'SizeRefused' : waits || !step ? 'Waiting' : 'Scaling';
  const next = step?.message ?? joining ?? 'the servers are not there yet';
  return [fails('Scaled', reason, `${members.length} of ${desired} members; ${next}`)];
}
