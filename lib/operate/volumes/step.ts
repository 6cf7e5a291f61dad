import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { claimSize, outdatedTemplates, tooSmall } from './claims.js';

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

/** Milliseconds until an expansion that was refused is tried again. */
const patience = 60_000;

/**
 * First the claims grow, one at a time; then the StatefulSet, which has immutable claim templates, makes room for one
 * that has the new ones. Its pods run on meanwhile; as nothing would make new ones, it stays while the new one could
 * not be made at once.
 *
 * @param obstacle why the StatefulSet could not be made now
 */
export function volumesStep(
  instance: Instance,
  { volumes, statefulSet, at }: Observed,
  obstacle: string | undefined,
): ExpandVolume | ReplaceStatefulSet | undefined {
  const size = claimSize(instance) ?? '';
  const small = tooSmall(instance, volumes);
  const next = small.find(({ refused }) => refused?.size !== size || at - refused.at > patience);
  if (next) {
    const message = `Expanding volume claim ${next.name} from ${next.requested} to ${size}`;
    return { type: 'ExpandVolume', message, claim: next.name, size };
  }
  if (small.length > 0 || !outdatedTemplates(instance, statefulSet) || obstacle) return undefined;
  const message = `Replacing StatefulSet ${instance.names.statefulSet} around its running pods: its claim templates cannot change`;
  return { type: 'ReplaceStatefulSet', message };
}
