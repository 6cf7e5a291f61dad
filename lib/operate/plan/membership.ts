import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { type MembershipAction, membershipStep } from '../membership.js';

/** The steps that take more than another status, see `membershipStep`. */
export function membership(instance: Instance, facts: Facts): MembershipAction | undefined {
  const step = membershipStep(instance, facts);
  return !step || step.type === 'Resize' || step.type === 'Wait' ? undefined : step;
}
