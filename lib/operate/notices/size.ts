import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { fails } from '../statement.js';

/** Present only while an embedded cluster has an even number of members, as one that another operator has made may. */
export function sizeOdd({ servers, database }: Instance): ConditionStatement[] {
  if (servers.mode === 'standalone' || database.type !== 'embedded' || servers.desired % 2 === 1) return [];
  const { desired } = servers;
  const fewer = desired === 2 ? 'one does' : `${desired - 1} do`;
  const message = `${desired} members are kept as they are, and bear no more failures than ${fewer}: set spec.replicas to ${desired + 1} or ${desired - 1}`;
  return [fails('SizeOdd', 'EvenSize', message)];
}
