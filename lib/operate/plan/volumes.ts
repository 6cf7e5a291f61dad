import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { claimSize, isLess } from '../volumes.js';

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
}

/**
 * First the claims grow, one at a time; then the StatefulSet, whose claim templates nobody can change, makes room for one that has the new
 * ones. Its pods run on meanwhile.
 */
export function volumes(instance: Instance, { volumes }: Facts): ExpandVolume | ReplaceStatefulSet | undefined {
  const size = claimSize(instance);
  const small = size && volumes?.claims.find(({ requested }) => isLess(requested, size));
  if (small) {
    const message = `volume claim ${small.name} grows from ${small.requested} to ${size}`;
    return { type: 'ExpandVolume', message, claim: small.name, size };
  }
  if (!volumes?.outdatedTemplates) return undefined;
  const message = `StatefulSet ${instance.names.statefulSet} is replaced around its running pods: its claim templates cannot change`;
  return { type: 'ReplaceStatefulSet', message };
}
