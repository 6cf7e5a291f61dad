import type { ClusterReader } from 'cdk8s-reconciler';
import { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import type { NacosObject } from '../../resource/nacos.js';
import type { Instance } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import type { DataMark, Observed, ObservedClaim, ObservedVolumes, Refusal } from '../observed.js';
import { claimName, claimSize, consentAnnotation, dataAnnotation, membersBefore, refusalAnnotation } from './claims.js';
import { isStarted } from './data.js';

/** Most clusters are not larger; the claims of a larger one say so. */
const largest = 9;

/**
 * The claims of the servers, as far as they are there, and that of the next one, which may be of a member that left.
 * Where nothing runs, also those that former servers have left, whatever the spec says now.
 */
export async function observeVolumes(
  { metadata: { uid = '' } }: NacosObject,
  instance: Instance,
  { statefulSet, listed, members }: Pick<Observed, 'statefulSet' | 'listed' | 'members'>,
  context: Pick<ClusterReader, 'get'>,
): Promise<ObservedVolumes> {
  const runs = isStarted({ statefulSet, members });
  if (claimSize(instance) === undefined && runs) return { claims: [] };
  const read = async (from: number, to: number) => {
    // A StatefulSet may have been scaled by hand to any number.
    const end = Math.min(to, mostServers + 1);
    const ordinals = Array.from({ length: Math.max(end - from, 0) }, (_, index) => from + index);
    const found = await Promise.all(
      ordinals.map((ordinal) => context.get(PersistentVolumeClaim, claimName(instance, ordinal), instance.namespace)),
    );
    const claims = found.flatMap((claim) => (claim ? [observedClaim(claim, uid)] : []));
    // Nothing starts on one that is on its way out: its server gets another one.
    return runs ? claims : claims.filter(({ ending }) => !ending);
  };
  if (instance.servers.mode === 'standalone') return { claims: await read(0, 1) };
  const servers = Math.max(instance.servers.replicas, statefulSet?.spec?.replicas ?? 0, listed ?? 0);
  const count = runs ? servers + 1 : Math.max(servers, largest);
  const claims = await read(0, count);
  return { claims: [...claims, ...(await read(count, membersBefore(claims) ?? 0))] };
}

function observedClaim({ metadata, spec, status }: PersistentVolumeClaim, uid: string): ObservedClaim {
  const mark = parseMark(metadata?.annotations?.[dataAnnotation]);
  const waiting = status?.conditions?.find(
    ({ type, status }) => status === 'True' && ['Resizing', 'FileSystemResizePending'].includes(type),
  );
  return {
    name: metadata?.name ?? '',
    requested: spec?.resources?.requests?.storage ?? '0',
    capacity: status?.capacity?.storage ?? '0',
    ...((spec?.volumeName || spec?.dataSource || spec?.dataSourceRef) && { filled: true }),
    ...(metadata?.uid && { uid: metadata.uid }),
    ...(mark && { mark }),
    consented: metadata?.annotations?.[consentAnnotation] === uid,
    owned: metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false,
    ...(metadata?.deletionTimestamp && { ending: true }),
    ...(waiting && { waitsFor: waiting.message || waiting.type }),
    ...refusal(metadata?.annotations?.[refusalAnnotation]),
  };
}

/** None where the annotation is nothing that the operator can have written. */
function refusal(annotation = ''): { readonly refused?: Refusal } {
  try {
    const { size, at, message } = JSON.parse(annotation) as Refusal;
    const whole = typeof size === 'string' && Number.isFinite(at) && typeof message === 'string';
    return whole ? { refused: { size, at, message } } : {};
  } catch {
    return {};
  }
}

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
