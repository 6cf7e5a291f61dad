import { mostServers } from '../../resource/spec.js';
import type { DataMark, ObservedClaim } from '../observed.js';
import { ordinalOfClaim } from './claims.js';

/** Of a claim: a `DataMark` as JSON. It lives as long as the data, unlike object, status and StatefulSet. */
export const dataAnnotation = 'nacos.io/data';

/** Of a claim: uid of the Nacos that may use it, whatever is in it. */
export const consentAnnotation = 'nacos.io/use-for';

/** Undefined where there is none, or none that the operator can have written: a person may edit it. */
export function parseMark(annotation = ''): DataMark | undefined {
  try {
    const mark: unknown = JSON.parse(annotation);
    return isMark(mark) ? mark : undefined;
  } catch {
    return undefined;
  }
}

function isMark(value: unknown): value is DataMark {
  const { origin, type, database, members, version = '', domain = '' } = value as Record<string, unknown>;
  const count = Number.isInteger(members) ? (members as number) : 0;
  return (
    [origin, version, domain].every((text) => typeof text === 'string') &&
    (type === 'standalone' || type === 'cluster') &&
    (database === 'embedded' || database === 'mysql') &&
    count >= 1 &&
    count <= mostServers
  );
}

export function sameMark(a: DataMark, b: DataMark): boolean {
  const fields = ['origin', 'type', 'database', 'members', 'version', 'domain'] as const;
  return fields.every((field) => a[field] === b[field]);
}

/**
 * The mark that says for all what the data is: the first one of a server that was a member when it was written.
 *
 * @param count servers to be looked at. @default all
 */
export function dataOf(claims: readonly ObservedClaim[], count = Number.POSITIVE_INFINITY): DataMark | undefined {
  const first = [...claims]
    .sort((a, b) => ordinalOfClaim(a) - ordinalOfClaim(b))
    .find((claim) => claim.mark && ordinalOfClaim(claim) < Math.min(claim.mark.members, count));
  return first?.mark;
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
