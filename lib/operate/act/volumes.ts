import { PersistentVolumeClaim, StatefulSet } from 'cdk8s-reconciler/kinds';
import { storage } from '../../render/storage.js';
import type { Instance } from '../../resource/resolve.js';
import type { ActContext } from '../act.js';
import type { ExpandVolume, ReplaceStatefulSet } from '../plan/volumes.js';
import { type Refusal, refusalAnnotation, sameTemplates } from '../volumes.js';

/** A refusal is no failure of ours: what the API server says stays with the claim, for the condition. Most storage classes cannot expand volumes. */
export async function expandVolume(
  { claim, size }: ExpandVolume,
  { namespace }: Instance,
  context: ActContext,
): Promise<void> {
  const patch = (annotation: string | null, spec = {}) =>
    context.patch(
      PersistentVolumeClaim,
      claim,
      { metadata: { annotations: { [refusalAnnotation]: annotation } }, ...spec },
      namespace,
    );
  try {
    await patch(null, { spec: { resources: { requests: { storage: size } } } });
  } catch (error) {
    const { status, message } = error as { status?: number; message: string };
    if (status !== 403 && status !== 422) throw error;
    await patch(JSON.stringify({ size, at: Date.now(), message } satisfies Refusal));
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
