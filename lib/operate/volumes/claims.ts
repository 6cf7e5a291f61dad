import type { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { storage } from '../../render/storage.js';
import type { Instance } from '../../resource/resolve.js';
import { isAtLeast } from '../../server/version.js';
import type { DataMark, Observed, ObservedClaim, ObservedVolumes } from '../observed.js';

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

/** Of a claim: a `DataMark` as JSON. It lives as long as the data, unlike object, status and StatefulSet. */
export const dataAnnotation = 'nacos.io/data';

/** Of a claim: uid of the Nacos that may use it, whatever is in it. */
export const consentAnnotation = 'nacos.io/use-for';

export function sameMark(a: DataMark, b: DataMark): boolean {
  const fields = ['origin', 'type', 'database', 'members', 'version', 'domain'] as const;
  return fields.every((field) => a[field] === b[field]);
}

/**
 * What claims that nothing runs on say together of the data that they share: that of most of them. What a human lets be
 * used says nothing as long as others do.
 */
export function dataOf(claims: readonly ObservedClaim[]): DataMark | undefined {
  return together(sharedMarks(claims));
}

/** What the claims of servers that run say together of their data: the first one was never that of another. */
export function dataThatRuns(claims: readonly ObservedClaim[], servers: number): DataMark | undefined {
  const marks = marksOf(claims.filter((claim) => ordinalOfClaim(claim) < servers));
  return together(marks.filter(({ origin }) => origin === marks[0]?.origin));
}

/** What the claims say of their data, by that of servers where some run, as those that lost their StatefulSet do. */
export function dataFound({ members, volumes }: Pick<Observed, 'members' | 'volumes'>): DataMark | undefined {
  const ordinals = members.filter(({ terminating }) => !terminating).map(({ ordinal }) => ordinal);
  return ordinals.length > 0 ? dataThatRuns(volumes.claims, Math.max(...ordinals) + 1) : dataOf(volumes.claims);
}

/** The marks that `dataOf` goes by, in order. */
export function sharedMarks(claims: readonly ObservedClaim[]): readonly DataMark[] {
  const all = marksOf(claims);
  const certain = marksOf(claims.filter(({ consented }) => !consented));
  const counts = new Map<string, number>();
  for (const { origin } of certain.length > 0 ? certain : all) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return all.filter(({ origin }) => origin === most?.[0]);
}

/** Of servers that were members when they were written, in order. */
function marksOf(claims: readonly ObservedClaim[]): readonly DataMark[] {
  const inOrder = [...claims].sort((a, b) => ordinalOfClaim(a) - ordinalOfClaim(b));
  return inOrder.flatMap((claim) => (claim.mark && ordinalOfClaim(claim) < claim.mark.members ? [claim.mark] : []));
}

/**
 * One that was restored from an older backup says less than the others: the most members and the newest version count,
 * as fewer servers than voters, or older ones, lose data.
 */
function together(marks: readonly DataMark[]): DataMark | undefined {
  const [first] = marks;
  const [version] = marks.flatMap((mark) => mark.version ?? []).sort((a, b) => (isAtLeast(a, b) ? -1 : 1));
  return first && { ...first, members: Math.max(...marks.map(({ members }) => members)), ...(version && { version }) };
}

/**
 * Servers that shared the data in claims that nothing runs on; undefined where there is none. Of claims without marks
 * it is up to the one with the highest ordinal that may be used.
 */
export function membersBefore(claims: readonly ObservedClaim[]): number | undefined {
  const ordinals = claims.filter(({ consented }) => consented).map(ordinalOfClaim);
  return dataOf(claims)?.members ?? (ordinals.length > 0 ? Math.max(...ordinals) + 1 : undefined);
}

/**
 * What a claim is to a server that would start with it: of other data, or not known to be of this; undefined where it
 * is its own, is empty or may be used.
 */
export function strangeness(
  claim: ObservedClaim | undefined,
  data: DataMark | undefined,
): 'foreign' | 'unknown' | undefined {
  if (!claim || claim.consented) return undefined;
  if (claim.mark) return claim.mark.origin === data?.origin ? undefined : 'foreign';
  // Before it has a volume it is empty, unless that is one from before.
  return claim.capacity === '0' && !claim.filled ? undefined : 'unknown';
}

/** What the rule against shrinking goes by. */
export function smallestVolume(instance: Instance, { volumes }: Observed): string | undefined {
  const sizes = usedClaims(instance, volumes).map(({ requested }) => requested);
  return sizes.reduce<string | undefined>((least, size) => (least && !isLess(size, least) ? least : size), undefined);
}
