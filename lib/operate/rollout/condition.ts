import type { ConditionStatement } from 'cdk8s-reconciler';
import type { UpgradeProblem } from '../../server/upgrade.js';
import type { Observed } from '../observed.js';
import { fails } from '../statement.js';
import type { Detour } from '../view.js';
import { detourText } from './detour.js';

/**
 * Present only while servers run with something else than the spec says.
 *
 * @param detour whether they go by way of another version
 * @param refused why the version of the spec is not carried out
 * @param next the step that replaces the next pod
 * @param obstacle why there is none
 */
export function rolledOut(
  { members }: Observed,
  detour: Detour | undefined,
  refused: UpgradeProblem | undefined,
  next: string | undefined,
  obstacle: string | undefined,
): ConditionStatement[] {
  const type = 'RolledOut';
  if (refused) return [fails(type, refused.reason, `spec.version or spec.image: ${refused.message}`)];
  const former = members.filter(({ outdated }) => outdated).map(({ pod }) => pod);
  const way = detour ? `${detourText(detour)}: ` : '';
  if (detour?.waits) return [fails(type, 'Waiting', `${way}${detour.waits}`)];
  if (former.length === 0 && !detour) return [];
  if (former.length === 0) return [fails(type, 'RollingOut', `${way}all servers are about to follow`)];
  const message = `${way}${former.join(', ')} not yet updated; ${next ?? `the next waits: ${obstacle ?? 'for the StatefulSet'}`}`;
  return [fails(type, next ? 'RollingOut' : 'Waiting', message)];
}
