import type { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { storage } from '../../render/storage.js';
import type { Instance } from '../../resource/resolve.js';
import type { ObservedClaim, ObservedVolumes } from '../observed.js';

/** Holds a `Refusal` as JSON. */
export const refusalAnnotation = 'nacos.io/expansion-refused';

/** Number of the server with a claim. */
export function ordinalOfClaim({ name }: Pick<ObservedClaim, 'name'>): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

/** The claim of the server with an ordinal, if it is there. */
export function claimAt({ claims }: ObservedVolumes, ordinal: number): ObservedClaim | undefined {
  return claims.find((claim) => ordinalOfClaim(claim) === ordinal);
}

/** Servers that have a claim, or get one when they start: members, and those about to leave or to join. */
export function serverCount({ servers }: Instance): number {
  return servers.mode === 'standalone' ? 1 : Math.max(servers.replicas, servers.members.length, 1);
}

/** Desired size of each claim, such as `10Gi`; undefined where servers have no volumes. */
export function claimSize(instance: Instance): string | undefined {
  return storage(instance).claims[0]?.spec?.resources?.requests?.storage;
}

/** Name of the claim of the server with an ordinal. */
export function claimName({ names }: Pick<Instance, 'names'>, ordinal: number): string {
  return `${names.claim}-${names.statefulSet}-${ordinal}`;
}

/**
 * Whether the StatefulSet has other claim templates than are rendered: they are immutable, so that it has to be
 * replaced.
 */
export function outdatedTemplates(instance: Instance, live: StatefulSet | undefined): boolean {
  return live !== undefined && !sameTemplates(storage(instance).claims, live.spec?.volumeClaimTemplates ?? []);
}

/** The claims of its servers. */
export function usedClaims(instance: Instance, { claims }: ObservedVolumes): ObservedClaim[] {
  return claims.filter((claim) => ordinalOfClaim(claim) < serverCount(instance));
}

/** Claims that are to grow. One that has no volume yet cannot: the API server takes no change of it. */
export function tooSmall(instance: Instance, volumes: ObservedVolumes): ObservedClaim[] {
  const size = claimSize(instance);
  return usedClaims(instance, volumes).filter(
    ({ requested, capacity }) => size && capacity !== '0' && isLess(requested, size),
  );
}

export function isLess(size: string, than: string): boolean {
  return (parseQuantity(size) ?? 0) < (parseQuantity(than) ?? 0);
}

/** Whether templates that are there have all that is rendered; the API server adds its defaults. */
export function sameTemplates(
  rendered: readonly PersistentVolumeClaim[],
  live: readonly PersistentVolumeClaim[],
): boolean {
  return rendered.length === live.length && rendered.every((claim, i) => includes(live[i], claim));
}

function includes(live: unknown, rendered: unknown): boolean {
  if (typeof rendered !== 'object' || rendered === null) return live === rendered || sameQuantity(live, rendered);
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(rendered).every(([key, value]) => includes((live as Record<string, unknown>)[key], value));
}

/** The API server writes 10240Mi as 10Gi. */
function sameQuantity(live: unknown, rendered: unknown): boolean {
  const size = parseQuantity(String(rendered));
  return size !== undefined && size === parseQuantity(String(live));
}
