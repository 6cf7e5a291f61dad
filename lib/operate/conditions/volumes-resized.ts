import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { claimSize, isLess } from '../volumes.js';
import { no } from './statement.js';

/** Present only while a claim has less than the spec asks for. The servers run on meanwhile. */
export function volumesResized(instance: Instance, { volumes }: Facts): ConditionStatement[] {
  const size = claimSize(instance);
  // A claim that no volume was found for yet has no capacity at all.
  const small = volumes?.claims.filter(({ capacity }) => size && capacity !== '0' && isLess(capacity, size)) ?? [];
  if (small.length === 0) return [];
  const list = small.map(({ name, capacity, waitsFor }) => `${name} has ${capacity}${waitsFor ? `: ${waitsFor}` : ''}`);
  const message = `spec.volume.requests.storage is ${size}; ${list.join('; ')}. The storage's driver resizes them; see kubectl describe persistentvolumeclaim`;
  return [no('VolumesResized', 'Resizing', message)];
}
