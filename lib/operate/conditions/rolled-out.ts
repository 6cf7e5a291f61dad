import type { ConditionStatement } from 'cdk8s-reconciler';
import type { NacosObject } from '../../resource/nacos.js';
import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { rollout, rolloutObstacle } from '../plan/rollout.js';
import { versionObstacle } from '../versions.js';
import { no } from './statement.js';

/** Reasons that only another spec takes away. */
export const refusals: ReadonlySet<string> = new Set([
  'DowngradeRefused',
  'UpgradePathRefused',
  'EmbeddedUpgradeRefused',
  'VolumeNotExpandable',
]);

/** Present only while servers run with something else than the spec says. */
export function rolledOut(instance: Instance, facts: Facts, before: NacosObject['status']): ConditionStatement[] {
  const type = 'RolledOut';
  const refused = versionObstacle(instance, before);
  if (refused) return [no(type, refused.reason, `spec.version or spec.image: ${refused.message}`)];
  const former = facts.members.filter(({ outdated }) => outdated).map(({ pod }) => pod);
  if (former.length === 0) return [];
  const next = rollout(instance, facts)?.message;
  const obstacle = next ? undefined : rolloutObstacle(instance, facts);
  const message = `${former.join(', ')} still as before; ${next ?? `the next waits: ${obstacle ?? 'for the StatefulSet'}`}`;
  return [no(type, next ? 'RollingOut' : 'Waiting', message)];
}
