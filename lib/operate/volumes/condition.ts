import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { fails } from '../statement.js';
import { claimSize, isLess, outdatedTemplates, tooSmall, usedClaims } from './claims.js';

/**
 * Present only while a claim, or the template of claims, is smaller than the spec says. The servers run on meanwhile.
 */
export function volumesResized(
  instance: Instance,
  { volumes, statefulSet }: Observed,
  obstacle: string | undefined,
): ConditionStatement[] {
  const size = claimSize(instance);
  if (!size) return [];
  const type = 'VolumesResized';
  const refused = tooSmall(instance, volumes).find((claim) => claim.refused?.size === size);
  if (refused) {
    const message = `volume claim ${refused.name} cannot grow to ${size}: ${refused.refused?.message}; let its StorageClass expand volumes (allowVolumeExpansion: true), or set spec.volume.requests.storage back to ${refused.requested}`;
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
