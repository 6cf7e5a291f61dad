import type { Instance, Size } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import type { Observed } from '../observed.js';
import { membersBefore } from '../volumes/marks.js';

/**
 * Size of a cluster as it runs, by the live list of members, the live StatefulSet and the pods, and where none of these
 * is there by what its claims say; undefined where nothing has run, so that all desired members start at once. Neither
 * a status nor the spec counts: they may be lost, restored or ahead of what runs.
 */
export function runningSize(
  { servers }: Instance,
  { statefulSet, listed, members, volumes }: Observed,
): Size | undefined {
  if (servers.mode === 'standalone') return undefined;
  const staying = members.filter(({ terminating }) => !terminating);
  const pods = Math.max(0, ...staying.map(({ ordinal }) => ordinal + 1));
  const had = membersBefore(volumes.claims) ?? 0;
  // Servers whose StatefulSet and pods were deleted come back. A list alone was written before the first servers.
  if (!statefulSet && pods === 0) {
    const size = Math.max(had, volumes.claims.length > 0 ? (listed ?? 0) : 0);
    return size > 0 ? { members: size, servers: size } : undefined;
  }
  // The pods of a former Nacos go one after the other, with what Raft has of them on the claims.
  const replicas = statefulSet ? (statefulSet.spec?.replicas ?? 1) : Math.max(pods, listed ?? 0, had);
  return { members: Math.max(1, listed ?? Math.min(replicas, mostServers)), servers: replicas };
}
