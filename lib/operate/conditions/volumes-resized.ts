import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { claimSize, isLess, tooSmall } from '../volumes.js';
import { no } from './statement.js';

/** Present only while a claim, or what new claims are made by, has less than the spec asks for. The servers run on meanwhile. */
export function volumesResized(instance: Instance, { volumes, held }: Facts): ConditionStatement[] {
  const size = claimSize(instance);
  if (!volumes || !size) return [];
  const type = 'VolumesResized';
  const refused = tooSmall(instance, volumes).find((claim) => claim.refused?.size === size);
  if (refused) {
    const message = `volume claim ${refused.name} cannot grow to ${size}: ${refused.refused?.message}; let its StorageClass expand volumes (allowVolumeExpansion: true), or set spec.volume.requests.storage back to ${refused.requested}`;
    return [no(type, 'VolumeNotExpandable', message)];
  }
  // A claim that no volume was found for yet has no capacity at all.
  const small = volumes.claims.filter(({ capacity }) => capacity !== '0' && isLess(capacity, size));
  if (small.length === 0 && volumes.outdatedTemplates && held) {
    const message = `StatefulSet ${instance.names.statefulSet} keeps its former claim templates, as the new one could not be made: ${held}`;
    return [no(type, 'Waiting', message)];
  }
  if (small.length === 0) return [];
  const list = small.map(({ name, capacity, waitsFor }) => `${name} has ${capacity}${waitsFor ? `: ${waitsFor}` : ''}`);
  const message = `spec.volume.requests.storage is ${size}; ${list.join('; ')}. The storage's driver resizes them; see kubectl describe persistentvolumeclaim`;
  return [no(type, 'Resizing', message)];
}
