import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';
import { claimSize, tooSmall } from '../volumes.js';

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

/** Milliseconds until a claim that was not let grow may try again. */
const patience = 60_000;

/**
 * First the claims grow, one at a time; then the StatefulSet, whose claim templates nobody can change, makes room for one that has the new
 * ones. Its pods run on meanwhile; as nobody would make them anew, it stays while the new one could not be made at once.
 */
export function volumes(
  instance: Instance,
  { volumes, held, at }: Facts,
): ExpandVolume | ReplaceStatefulSet | undefined {
  if (!volumes) return undefined;
  const size = claimSize(instance) ?? '';
  const small = tooSmall(instance, volumes);
  const next = small.find(({ refused }) => refused?.size !== size || at - refused.at > patience);
  if (next) {
    const message = `volume claim ${next.name} is to grow from ${next.requested} to ${size}`;
    return { type: 'ExpandVolume', message, claim: next.name, size };
  }
  if (small.length > 0 || !volumes.outdatedTemplates || held) return undefined;
  const message = `StatefulSet ${instance.names.statefulSet} is replaced around its running pods: its claim templates cannot change`;
  return { type: 'ReplaceStatefulSet', message };
}
