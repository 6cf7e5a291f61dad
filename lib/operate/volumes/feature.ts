import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { fails, type Opinion } from '../feature.js';
import type { Observed, ObservedClaim, ObservedVolumes } from '../observed.js';
import type { View } from '../view.js';
import { claimSize, isLess, outdatedTemplates, usedClaims } from './claims.js';
import { type DataProblem, dataProblem, onlyCopy, strangeMember } from './data.js';
import { type MarkClaims, markStep } from './mark-step.js';

interface Volumes extends Opinion<MarkClaims | ExpandVolume | ReplaceStatefulSet> {
  /** Why data would be lost if it went on. */
  readonly problem?: DataProblem;
}

/** @param obstacle why the StatefulSet could not be made now */
export function volumes(view: View, obstacle: string | undefined): Volumes {
  const { instance, observed } = view;
  const problem = dataProblem(view) ?? onlyCopy(view);
  const said = problem ?? strangeMember(view);
  return {
    step: markStep(view) ?? volumesStep(view, obstacle),
    conditions: [
      ...(said ? [fails('DataKept', said.reason, said.message)] : []),
      ...volumesResized(instance, observed, obstacle),
      ...claimsKept(instance, observed),
    ],
    ...(problem && { problem }),
  };
}

/**
 * Present only while a claim, or the template of claims, is smaller than the spec says. The servers run on meanwhile.
 */
function volumesResized(
  instance: Instance,
  { volumes, statefulSet }: Observed,
  obstacle: string | undefined,
): ConditionStatement[] {
  const size = claimSize(instance);
  if (!size) return [];
  const type = 'VolumesResized';
  const refused = tooSmall(instance, volumes).find((claim) => claim.refused?.size === size);
  if (refused) {
    const said = refused.refused?.message ?? '';
    const remedy = said.includes('exceeded quota')
      ? 'raise that ResourceQuota'
      : 'let its StorageClass expand volumes (allowVolumeExpansion: true)';
    const message = `volume claim ${refused.name} cannot grow to ${size}: ${said}; ${remedy}, or set spec.volume.requests.storage back to ${refused.requested}`;
    return [fails(type, 'VolumeNotExpandable', message)];
  }
  // A claim that no volume was found for yet has no capacity at all.
  const used = usedClaims(instance, volumes);
  const small = used.filter(({ capacity }) => capacity !== '0' && isLess(capacity, size));
  if (small.length === 0 && outdatedTemplates(instance, statefulSet) && obstacle) {
    const message = `StatefulSet ${instance.names.statefulSet} keeps its former claim templates, as the new one could not be made: ${obstacle}`;
    return [fails(type, 'Waiting', message)];
  }
  if (small.length === 0) return [];
  const list = small.map(({ name, capacity, waitsFor }) => `${name} has ${capacity}${waitsFor ? `: ${waitsFor}` : ''}`);
  const message = `spec.volume.requests.storage is ${size}; ${list.join('; ')}. The storage's driver resizes them; see kubectl describe persistentvolumeclaim`;
  return [fails(type, 'Resizing', message)];
}

/**
 * Present only while claims still belong to the Nacos, so that they go with it, though the spec retains them by now.
 */
function claimsKept({ spec }: Instance, { volumes }: Observed): ConditionStatement[] {
  const owned = volumes.claims.filter(({ owned, ending }) => owned && !ending).map(({ name }) => name);
  if (spec.volume?.retain === false || owned.length === 0) return [];
  const how = spec.paused ? 'they are released once spec.paused is taken back' : 'they are about to be released';
  const message = `${owned.join(', ')} would still be deleted with the Nacos, as spec.volume.retain was false: ${how}; do not delete it before this condition is gone`;
  return [fails('ClaimsKept', 'Releasing', message)];
}

export interface ExpandVolume {
  readonly type: 'ExpandVolume';
  readonly message: string;
  readonly claim: string;
  /** Such as `20Gi`. */
  readonly size: string;
}

export interface ReplaceStatefulSet {
  readonly type: 'ReplaceStatefulSet';
  readonly message: string;
  /** Of its servers. */
  readonly pods: readonly string[];
  /** uid of the Nacos. */
  readonly owner: string;
}

/** Milliseconds until an expansion that was refused is tried again. */
const patience = 60_000;

/**
 * First the claims grow, one at a time; then the StatefulSet, which has immutable claim templates, makes room for one
 * that has the new ones. Its pods run on meanwhile; as nothing would make new ones, it stays while the new one could
 * not be made at once.
 *
 * @param obstacle why the StatefulSet could not be made now
 */
function volumesStep(
  { nacos, instance, observed }: View,
  obstacle: string | undefined,
): ExpandVolume | ReplaceStatefulSet | undefined {
  const { volumes, statefulSet, members, at } = observed;
  const size = claimSize(instance) ?? '';
  const small = tooSmall(instance, volumes);
  const next = small.find(({ refused }) => refused?.size !== size || at - refused.at > patience);
  if (next) {
    const message = `Expanding volume claim ${next.name} from ${next.requested} to ${size}`;
    return { type: 'ExpandVolume', message, claim: next.name, size };
  }
  if (small.length > 0 || !outdatedTemplates(instance, statefulSet) || obstacle) return undefined;
  const message = `Replacing StatefulSet ${instance.names.statefulSet} around its running pods: its claim templates cannot change`;
  const pods = members.map(({ pod }) => pod);
  return { type: 'ReplaceStatefulSet', message, pods, owner: nacos.metadata.uid ?? '' };
}

/** One that is being deleted takes no change, and its controller makes no pod any more. */
export function endingObstacle({ observed: { statefulSet } }: View): string | undefined {
  const { name, deletionTimestamp, finalizers = [] } = statefulSet?.metadata ?? {};
  if (!deletionTimestamp) return undefined;
  return `waits until StatefulSet ${name}, which is being deleted, is gone (finalizers: ${finalizers.join(', ') || 'none'})`;
}

/** Applied to a StatefulSet with other claim templates, ours would only be refused. */
export function templatesObstacle({ instance, observed }: View): string | undefined {
  if (!outdatedTemplates(instance, observed.statefulSet)) return undefined;
  return `StatefulSet ${instance.names.statefulSet} is to be replaced around its running pods, after its volume claims have grown`;
}

/** Claims that are to grow. One that has no volume yet cannot: the API server takes no change of it. */
export function tooSmall(instance: Instance, volumes: ObservedVolumes): ObservedClaim[] {
  const size = claimSize(instance);
  return usedClaims(instance, volumes).filter(
    ({ requested, capacity }) => size && capacity !== '0' && isLess(requested, size),
  );
}
