import type { ClusterReader } from 'cdk8s-reconciler';
import { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import type { Instance } from '../../resource/resolve.js';
import type { ObservedClaim, ObservedVolumes, Refusal } from '../observed.js';
import { claimName, claimSize, refusalAnnotation } from './claims.js';

/** The claims of the servers with the ordinals 0 to `count` - 1, as far as they are there. */
export async function observeVolumes(
  instance: Instance,
  count: number,
  context: ClusterReader,
): Promise<ObservedVolumes> {
  if (claimSize(instance) === undefined) return { claims: [] };
  const names = Array.from({ length: count }, (_, ordinal) => claimName(instance, ordinal));
  const found = await Promise.all(names.map((name) => context.get(PersistentVolumeClaim, name, instance.namespace)));
  return { claims: found.flatMap((claim) => (claim ? [observedClaim(claim)] : [])) };
}

function observedClaim({ metadata, spec, status }: PersistentVolumeClaim): ObservedClaim {
  const waiting = status?.conditions?.find(
    ({ type, status }) => status === 'True' && ['Resizing', 'FileSystemResizePending'].includes(type),
  );
  return {
    name: metadata?.name ?? '',
    requested: spec?.resources?.requests?.storage ?? '0',
    capacity: status?.capacity?.storage ?? '0',
    ...(waiting && { waitsFor: waiting.message || waiting.type }),
    ...refusal(metadata?.annotations?.[refusalAnnotation]),
  };
}

function refusal(annotation = ''): { readonly refused?: Refusal } {
  try {
    return { refused: JSON.parse(annotation) as Refusal };
  } catch {
    return {};
  }
}
