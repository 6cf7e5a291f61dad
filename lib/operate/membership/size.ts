import type { Instance, Size } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';

/**
 * Size of a cluster as it runs, by the live list of members, the live StatefulSet and the pods; undefined where nothing
 * has run, so that all desired members start at once. Neither a status nor the spec counts: they may be lost, restored
 * or ahead of what runs.
 */
export function runningSize(
  { servers }: Instance,
  { statefulSet, listed, members, volumes }: Observed,
): Size | undefined {
  if (servers.mode === 'standalone') return undefined;
  const pods = Math.max(0, ...members.map(({ ordinal }) => ordinal + 1));
  // A list alone was written before the first servers; with volumes, servers come back after StatefulSet and pods
  // were deleted.
  if (!statefulSet && pods === 0 && (listed === undefined || volumes.claims.length === 0)) return undefined;
  const replicas = statefulSet ? (statefulSet.spec?.replicas ?? 1) : Math.max(pods, listed ?? 0);
  return { members: Math.max(1, listed ?? replicas), servers: replicas };
}
