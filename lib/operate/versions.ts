import type { Instance } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import { type UpgradeProblem, upgradeProblem } from '../server/upgrade.js';
import { atLeast, formatVersion, parseVersion } from '../server/version.js';
import type { Facts } from './facts.js';

/**
 * The version that all servers have reached: while some still run an older one it is that, so that a change that does not go well
 * can be taken back.
 */
export function versionReached(
  { servers }: Instance,
  { members }: Facts,
  before: NacosStatus | undefined,
): string | undefined {
  const versions = members.flatMap(({ server }) => (server?.reachable && server.version ? [server.version] : []));
  const [lowest] = versions.sort((a, b) => (isAtLeast(a, b) ? 1 : -1));
  const known = before?.version;
  // Of some of the servers a newer version is no news of all, nor of one whose pod is not made anew yet.
  const all = versions.length >= Math.max(servers.replicas, members.length);
  return !all && known && lowest && isAtLeast(lowest, known) ? known : (lowest ?? known);
}

/** True also where one of them is no version. */
export function isAtLeast(a: string, b: string): boolean {
  const [version, bound] = [parseVersion(a), parseVersion(b)];
  return !version || !bound || atLeast(version, formatVersion(bound));
}

/** Why the version of the spec can't follow the one that runs. */
export function versionObstacle(instance: Instance, status: NacosStatus | undefined): UpgradeProblem | undefined {
  const running = parseVersion(status?.version ?? '');
  if (!running || !instance.versionIsSaid) return undefined;
  return upgradeProblem(running, instance.version, instance.database.type);
}
