import { PersistentVolumeClaim, StatefulSet, TerminalError } from 'cdk8s-reconciler';
import { storage } from '../../render/storage.js';
import type { Instance } from '../../resource/resolve.js';
import type { ActContext } from '../act.js';
import type { ExpandVolume, ReplaceStatefulSet } from '../plan/volumes.js';
import { sameTemplates } from '../volumes.js';

/** @throws TerminalError where the storage class cannot do it */
export async function expandVolume(
  { claim, size }: ExpandVolume,
  { namespace }: Instance,
  context: ActContext,
): Promise<void> {
  const patch = { spec: { resources: { requests: { storage: size } } } };
  try {
    await context.patch(PersistentVolumeClaim, claim, patch, namespace);
  } catch (error) {
    const { status, message } = error as { status?: number; message: string };
    if (status !== 403 && status !== 422) throw error;
    const remedy =
      'let its StorageClass expand volumes (allowVolumeExpansion: true), or set spec.volume.requests.storage back';
    throw new TerminalError('VolumeNotExpandable', `volume claim ${claim}: ${message}; ${remedy}`, { cause: error });
  }
}

/** Only the StatefulSet goes. The next pass creates it again, and it takes over the pods and claims that it finds. */
export async function replaceStatefulSet(
  _: ReplaceStatefulSet,
  instance: Instance,
  context: ActContext,
): Promise<void> {
  const live = await context.get(StatefulSet, instance.names.statefulSet, instance.namespace);
  if (!live || sameTemplates(storage(instance).claims, live.spec?.volumeClaimTemplates ?? [])) return;
  await context.delete(StatefulSet, live, { propagationPolicy: 'Orphan' });
}
