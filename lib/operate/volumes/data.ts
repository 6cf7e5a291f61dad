import type { Instance } from '../../resource/resolve.js';
import { consents, generationOf } from '../consent.js';
import type { Observed, ObservedClaim, ObservedMember } from '../observed.js';
import { isCurrent } from '../pods/pods.js';
import type { View } from '../view.js';
import {
  claimAt,
  claimSize,
  consentAnnotation,
  dataOf,
  dataThatRuns,
  ordinalOfClaim,
  serverCount,
  strangeness,
  usedClaims,
} from './claims.js';
import { placeObstacle } from './place.js';

/** Why data would be lost, with the ways out. */
export interface DataProblem {
  readonly reason: string;
  readonly message: string;
}

type Look = Pick<View, 'instance' | 'observed'>;

/**
 * Why no server may start on the claims that are there. What a server finds in another shape than it has itself it
 * wipes, or never reads (nacos: DistributedDatabaseOperateImpl.init; measured on 2.3.2); so that holds also where
 * something runs. All else is about servers that start on what former ones left.
 */
export function dataProblem(view: View): DataProblem | undefined {
  const always = anotherShape(view) ?? anotherPlace(view);
  return always ?? (isStarted(view.observed) ? undefined : (strangers(view) ?? tooFew(view)));
}

function anotherPlace(view: View): DataProblem | undefined {
  const message = placeObstacle(view);
  return message === undefined ? undefined : { reason: 'DataElsewhere', message };
}

/** Whether servers run and go on. The pods of a former Nacos go with their StatefulSet, sooner or later. */
export function isStarted({ statefulSet, members }: Pick<Observed, 'statefulSet' | 'members'>): boolean {
  return statefulSet !== undefined || members.some(({ orphan, terminating }) => orphan && !terminating);
}

function anotherShape({ instance, observed }: Look): DataProblem | undefined {
  const { servers, database } = instance;
  const onVolumes = claimSize(instance) !== undefined;
  // In an external database all configurations stay.
  if (!onVolumes && database.type !== 'embedded') return undefined;
  const claims = usedClaims(instance, observed.volumes).filter(({ mark, consented }) => {
    const same = mark?.type === servers.mode && mark.database === database.type && onVolumes;
    return mark && !consented && !same;
  });
  const [first] = claims;
  if (!first?.mark) return undefined;
  const { type, database: former } = first.mark;
  const was = `the data of ${type === 'cluster' ? 'a cluster' : 'a standalone server'} on ${former === 'mysql' ? 'MySQL' : 'the embedded database'}`;
  const back = `spec.type ${type}, spec.database.type ${former} and spec.volume.enabled true`;
  const message = `volume claim ${first.name} holds ${was}, which other servers would wipe or not read: go back to ${back} and move the data to a second Nacos (docs/moving-data.md); or, where it may be lost, ${deletion(instance, claims)}`;
  return { reason: 'DataOfAnotherShape', message };
}

/** Of other data than the rest, or of data that nothing is known of. */
function strangers({ instance, observed }: Look): DataProblem | undefined {
  const { claims } = observed.volumes;
  if (claimSize(instance) === undefined) return undefined;
  const data = dataOf(claims);
  const of = (kind: 'foreign' | 'unknown', among: readonly ObservedClaim[]) =>
    among.filter((claim) => strangeness(claim, data) === kind);
  const used = usedClaims(instance, observed.volumes);
  const foreign = of('foreign', used);
  if (foreign.length > 0) return { reason: 'DataOfOthers', message: foreignData(instance, foreign) };
  if (of('unknown', used).length === 0) return undefined;
  // Which of them were members only a human knows.
  const unknown = of('unknown', data ? used : claims);
  const message = `${names(unknown)} ${unknown.length > 1 ? 'are' : 'is'} there from before, and nothing says what is in ${unknown.length > 1 ? 'them' : 'it'}: to start with the data of all servers that it had last, ${consent(instance, unknown)}; to start empty, ${deletion(instance, unknown)}`;
  return { reason: 'DataUnknown', message };
}

/**
 * A member that runs on a claim of other data, as hands may put in the place of one that was lost: to Raft its entries
 * are those of the others (measured on 2.3.2), so that no server says so.
 */
export function strangeMember({ instance, observed }: Look): DataProblem | undefined {
  const { volumes, members, listed = 0 } = observed;
  if (instance.servers.mode === 'standalone' || !isStarted(observed)) return undefined;
  const runs = (claim: ObservedClaim) => members.some(({ ordinal }) => ordinal === ordinalOfClaim(claim));
  const used = volumes.claims.filter((claim) => ordinalOfClaim(claim) < listed && runs(claim));
  const data = dataOf(used);
  const foreign = used.filter((claim) => strangeness(claim, data) === 'foreign');
  const [first] = foreign;
  if (!first) return undefined;
  const { name, namespace } = instance;
  const pods = foreign.map((claim) => `${name}-${ordinalOfClaim(claim)}`).join(' ');
  const claims = foreign.map((claim) => claim.name).join(' ');
  const message = `${pods} ${foreign.length > 1 ? 'run' : 'runs'} on ${names(foreign)} with other data than the rest, and may give clients other answers for good: to start empty and get all from the leader, kubectl delete pvc ${claims} -n ${namespace} --wait=false and then kubectl delete pod ${pods} -n ${namespace}; or, if it is of this cluster after all, ${consent(instance, foreign)}`;
  return { reason: 'DataOfOthers', message };
}

/** Empty members would outvote the rest, whose data would then be lost. */
function tooFew({ instance, observed }: Look): DataProblem | undefined {
  const { claims } = observed.volumes;
  const data = dataOf(claims);
  if (data?.type !== 'cluster' || claimSize(instance) === undefined) return undefined;
  const left = claims.filter((claim) => claim.mark?.origin === data.origin && ordinalOfClaim(claim) < data.members);
  if (left.length * 2 > data.members || left.some(({ consented }) => consented)) return undefined;
  const message = `of ${data.members} members only ${names(left)} ${left.length > 1 ? 'are' : 'is'} left, and empty members would outvote what is in there: restore the other claims from a backup; or, where it may be lost, ${consent(instance, left)}`;
  return { reason: 'DataIncomplete', message };
}

/**
 * Why the server with an ordinal must not start on the claim that is there.
 *
 * @param kinds a claim that nothing is known of may be that of a voter
 */
export function strangeClaim(
  { instance, observed }: Look,
  ordinal: number,
  kinds: readonly ('foreign' | 'unknown')[] = ['foreign', 'unknown'],
): string | undefined {
  const claim = claimAt(observed.volumes, ordinal);
  const kind = strangeness(claim, dataThatRuns(observed.volumes.claims, serverCount(instance)));
  if (!claim || !kind || !kinds.includes(kind)) return undefined;
  if (kind === 'foreign') return foreignData(instance, [claim]);
  return `volume claim ${claim.name} is there from before, and nothing says what is in it: if it is of this very cluster, ${consent(instance, [claim])}; otherwise ${deletion(instance, [claim])}`;
}

function foreignData(instance: View['instance'], claims: readonly ObservedClaim[]): string {
  return `${names(claims)} ${claims.length > 1 ? 'hold' : 'holds'} other data than that of this cluster, and members would differ from each other for good: ${deletion(instance, claims)}; or, if it is of this cluster after all, ${consent(instance, claims)}`;
}

function names(claims: readonly ObservedClaim[]): string {
  return `volume ${claims.length > 1 ? 'claims' : 'claim'} ${claims.map(({ name }) => name).join(', ')}`;
}

function deletion({ namespace }: View['instance'], claims: readonly ObservedClaim[]): string {
  return `kubectl delete pvc ${claims.map(({ name }) => name).join(' ')} -n ${namespace}`;
}

function consent({ name, namespace }: View['instance'], claims: readonly ObservedClaim[]): string {
  const uid = `$(kubectl get nacos ${name} -n ${namespace} -o jsonpath={.metadata.uid})`;
  const list = claims.map((claim) => claim.name).join(' ');
  // A consent to a former Nacos of that name may still be there.
  return `kubectl annotate pvc ${list} -n ${namespace} --overwrite ${consentAnnotation}=${uid}`;
}

/**
 * Of a Nacos: uid and generation of its StatefulSet at which a human lets the only copy of its data go. Any later
 * change needs another one, also that of a new release of this operator.
 */
const lossAnnotation = 'nacos.io/accept-data-loss';

/**
 * Why the only server of an instance must not go: its data goes with its pod, and is nowhere else. Before any server
 * has answered there is nothing to lose. A claim that is being deleted stays only as long as the pod, so that it is
 * said before anything changes: an eviction takes it too.
 */
export function onlyCopy({ nacos, instance, observed, version }: View): DataProblem | undefined {
  const { servers, database, name, namespace } = instance;
  const { members, statefulSet, volumes } = observed;
  const [only, ...others] = members;
  if (!only || others.length > 0 || database.type !== 'embedded' || !version) return undefined;
  const claim = claimAt(volumes, only.ordinal);
  if (only.terminating || !(only.volatile || claim?.ending)) return undefined;
  const stopped = servers.replicas === 0;
  const replaced = only.outdated && isCurrent(statefulSet);
  if (!(stopped || replaced || claim?.ending)) return undefined;
  if (consents(nacos, lossAnnotation, statefulSet)) return undefined;
  const cause = stopped ? 'stopping it for spec.replicas 0' : 'replacing it, as its pod template has changed,';
  const what = stopped || replaced ? cause : 'the end of its pod';
  const known = generationOf(statefulSet, `statefulset ${name} -n ${namespace}`);
  const command = `kubectl annotate nacos ${name} -n ${namespace} --overwrite ${lossAnnotation}=${known}`;
  const message = `${only.pod} ${holding(only, claim, instance)} the only copy of all data, and ${what} loses it: move the data to a second Nacos with spec.volume.enabled first (docs/moving-data.md), or accept the loss: ${command}`;
  return { reason: 'OnlyCopy', message };
}

function holding(only: ObservedMember, claim: ObservedClaim | undefined, { servers }: Instance): string {
  if (claim?.ending) return `has a volume claim ${claim.name} that is being deleted, and on it`;
  return only.wipes && servers.mode === 'cluster' ? 'deletes its Raft data as it stops, and has' : 'has no volume and';
}

/** Why the StatefulSet must not be made, or lose its only server, as data would be lost. */
export function dataObstacle(view: View): string | undefined {
  const lost = view.instance.servers.replicas === 0 ? onlyCopy(view) : undefined;
  return (dataProblem(view) ?? lost)?.message;
}
