import type { ActContext, Stored } from 'cdk8s-reconciler';
import { PersistentVolumeClaim, Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import { storage } from '../../render/storage.js';
import { Nacos } from '../../resource/nacos.js';
import type { Instance } from '../../resource/resolve.js';
import type { Effect } from '../feature.js';
import type { Refusal } from '../observed.js';
import { consentAnnotation, dataAnnotation, outdatedTemplates, refusalAnnotation } from './claims.js';
import type { ExpandVolume, ReplaceStatefulSet } from './feature.js';
import type { MarkClaims } from './mark-step.js';

/**
 * A refusal is no failure of ours: what the API server says stays with the claim, for the condition. Most storage
 * classes cannot expand volumes.
 */
export const expandVolume: Effect<ExpandVolume> = async ({ claim, size }, { namespace }, context) => {
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
};

/** Owners that others have written stay. A consent is used up. */
export const markClaims: Effect<MarkClaims> = async ({ claims, mark, owner, owned }, { name, namespace }, context) => {
  const annotations = { [dataAnnotation]: JSON.stringify(mark), [consentAnnotation]: null };
  for (const claim of claims) {
    const live = await context.get(PersistentVolumeClaim, claim, namespace);
    if (!live) continue;
    const { ownerReferences = [], resourceVersion } = live.metadata;
    const others = ownerReferences.filter(({ uid }) => uid !== owner);
    const owners = { ownerReferences: [...others, ...(owned ? [referenceTo(name, owner)] : [])] };
    const changed = owned !== ownerReferences.length > others.length;
    const metadata = { annotations, ...(changed && { resourceVersion, ...owners }) };
    await context.patch(PersistentVolumeClaim, claim, { metadata }, namespace);
  }
};

/**
 * Only the StatefulSet goes. The next reconciliation creates it again, and it takes over the pods and claims that it
 * finds. Where a policy or a webhook would not let it, none would make a lost pod again: so the API server is asked
 * before; and the pods belong to the Nacos too, with which they go also where it is deleted meanwhile.
 */
export const replaceStatefulSet: Effect<ReplaceStatefulSet> = async ({ pods, owner }, instance, context) => {
  const live = await context.get(StatefulSet, instance.names.statefulSet, instance.namespace);
  const labels = { ...instance.labels, ...live?.spec?.selector?.matchLabels };
  if (!live || !outdatedTemplates({ ...instance, labels }, live)) return;
  await context.tryCreate(StatefulSet, successor(live, instance)).catch(unlessForRoom);
  for (const pod of pods) await own(pod, owner, instance, context);
  await context.delete(StatefulSet, live, { propagationPolicy: 'Orphan' });
};

async function own(pod: string, uid: string, { name, namespace }: Instance, context: ActContext): Promise<void> {
  const live = await context.get(Pod, pod, namespace);
  const { ownerReferences = [], resourceVersion } = live?.metadata ?? {};
  if (!live || ownerReferences.some((owner) => owner.uid === uid)) return;
  const owners = { ownerReferences: [...ownerReferences, referenceTo(name, uid)] };
  await context.patch(Pod, pod, { metadata: { resourceVersion, ...owners } }, namespace).catch(unlessGone);
}

/** Its successor is made by the next StatefulSet. */
function unlessGone(error: Error): void {
  if ((error as { status?: number }).status !== 404) throw error;
}

/** To the Nacos. */
function referenceTo(name: string, uid: string) {
  const { apiVersion, kind } = Nacos;
  return { apiVersion, kind, name, uid };
}

function successor({ metadata, spec }: Stored<StatefulSet>, instance: Instance): StatefulSet {
  // With its owner: the operator may make nothing that none of its objects owns.
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  return {
    metadata: { name, namespace, labels, annotations, ownerReferences },
    spec: { ...spec, volumeClaimTemplates: storage(instance).claims } as StatefulSet['spec'],
  };
}

/** The one that goes makes room for its successor. */
function unlessForRoom(error: Error): void {
  if (!error.message.includes('exceeded quota')) throw error;
}
