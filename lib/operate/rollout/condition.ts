import type { ConditionStatement } from 'cdk8s-reconciler';
import type { UpgradeProblem } from '../../server/upgrade.js';
import type { Observed } from '../observed.js';
import { fails } from '../statement.js';

/**
 * Present only while servers run with something else than the spec says.
 *
 * @param refused why the version of the spec is not carried out
 * @param next the step that replaces the next pod
 * @param obstacle why there is none
 */
export function rolledOut(
  { members }: Observed,
  refused: UpgradeProblem | undefined,
  next: string | undefined,
  obstacle: string | undefined,
): ConditionStatement[] {
  const type = 'RolledOut';
  if (refused) return [fails(type, refused.reason, `spec.version or spec.image: ${refused.message}`)];
  const former = members.filter(({ outdated }) => outdated).map(({ pod }) => pod);
  if (former.length === 0) return [];
  const message = `${former.join(', ')} not yet updated; ${next ?? `the next waits: ${obstacle ?? 'for the StatefulSet'}`}`;
  return [fails(type, next ? 'RollingOut' : 'Waiting', message)];
}
