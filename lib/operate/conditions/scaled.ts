import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { surplus } from '../members.js';
import { no } from './statement.js';

/** A reason that only a human can take away. */
export const scaleInNotSupported = 'ScaleInNotSupported';

/** Present only while members would have to be removed. */
export function scaled({ servers }: Instance): ConditionStatement[] {
  if (servers.mode === 'standalone' || surplus(servers) === 0) return [];
  const { asked, replicas } = servers;
  const message = `spec.replicas is ${asked}, and the cluster has ${replicas} members: members of a live cluster are not removed yet, set spec.replicas back to ${replicas}`;
  return [no('Scaled', scaleInNotSupported, message)];
}
