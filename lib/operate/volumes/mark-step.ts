import type { DataMark, ObservedClaim } from '../observed.js';
import { templateThatRuns } from '../pods/pods.js';
import type { View } from '../view.js';
import { claimSize, dataThatRuns, ordinalOfClaim, sameMark, serverCount, sharedMarks } from './claims.js';
import { dataProblem } from './data.js';
import { isDataOnClaims } from './place.js';

/** Writes down on claims what their data is. */
export interface MarkClaims {
  readonly type: 'MarkClaims';
  readonly message: string;
  /** It changes nothing but what is known. */
  readonly event: false;
  readonly claims: readonly string[];
  readonly mark: DataMark;
  /** uid of the Nacos. */
  readonly owner: string;
  /** Whether they go when the Nacos is deleted. */
  readonly owned: boolean;
}

/**
 * What runs on a claim shows what is in it, so that this is also right for claims of before there were marks. The claim
 * of a member that has left learns that it has; one of other data stays as it is.
 */
export function markStep(view: View): MarkClaims | undefined {
  const { nacos, instance, observed } = view;
  const { uid = '' } = nacos.metadata;
  const controller = observed.statefulSet?.metadata.ownerReferences?.find((owner) => owner.controller);
  // One of another owner says nothing of this Nacos, and an orphan is adopted first.
  if (claimSize(instance) === undefined || !observed.statefulSet || (controller?.uid ?? '') !== uid) return undefined;
  if (dataProblem(view) || !isDataOnClaims(view)) return undefined;
  const { claims } = observed.volumes;
  const mark = markOf(view);
  const owned = instance.spec.volume?.retain === false;
  const stale = claims.filter((claim) => {
    const ours = claim.mark?.origin === mark?.origin;
    const used = ordinalOfClaim(claim) < serverCount(instance);
    const known = claim.mark && mark && sameMark(claim.mark, mark);
    const current = known && (claim.owned ?? false) === owned && !claim.consented;
    return !current && (ours || (used && (!claim.mark || claim.consented)));
  });
  if (!mark || stale.length === 0) return undefined;
  const names = stale.map(({ name }) => name);
  const message = `Writing down on ${names.join(', ')} what the data is`;
  return { type: 'MarkClaims', message, event: false, claims: names, mark, owner: uid, owned };
}

function markOf({ instance, observed, version }: View): DataMark | undefined {
  const { servers, database, domain } = instance;
  const count = serverCount(instance);
  const former = dataThatRuns(observed.volumes.claims, count);
  // Hands may have made the list longer than there ever were servers.
  const started = servers.mode === 'cluster' && former ? Math.max(servers.replicas, former.members) : count;
  const origin = former?.origin ?? beginning(observed.volumes.claims.filter((claim) => ordinalOfClaim(claim) < count));
  if (!origin) return undefined;
  return {
    origin,
    type: servers.mode,
    database: database.type,
    members: Math.min(count, started),
    ...(version && { version }),
    // Not that of a spec that is refused.
    ...(servers.mode === 'cluster' && { domain: domainOfMembers({ instance, observed }) ?? domain }),
  };
}

function beginning(claims: readonly ObservedClaim[]): string | undefined {
  const [first] = [...claims].sort((a, b) => ordinalOfClaim(a) - ordinalOfClaim(b));
  return first && (first.uid ?? first.name);
}

/**
 * Of the names that members have to Raft, in what runs or in what their claims say, where one with other names than the
 * instance has counts most; undefined where nothing says it.
 */
export function domainOfMembers({ instance, observed }: Pick<View, 'instance' | 'observed'>): string | undefined {
  const containers = templateThatRuns(observed)?.spec?.containers;
  const server = containers?.find(({ name }) => name === instance.names.container);
  const live = server?.env?.find(({ name }) => name === 'NACOS_SERVER_IP')?.value?.replace('$(POD_NAME).', '');
  const domains = sharedMarks(observed.volumes.claims).flatMap(({ domain }) => domain ?? []);
  return live ?? domains.find((domain) => domain !== instance.domain) ?? domains[0];
}
