import type { Pod, Stored } from 'cdk8s-reconciler';
import type { Instance } from '../resource/resolve.js';

/** The servers' pods, in order; others may have their labels. */
export function podsOf({ names }: Instance, pods: readonly Stored<Pod>[]): Stored<Pod>[] {
  return controlledBy('StatefulSet', names.statefulSet, pods).sort(
    (a, b) => ordinalOf(a.metadata.name) - ordinalOf(b.metadata.name),
  );
}

/** The pods of one Job. */
export function podsOfJob(job: string, pods: readonly Stored<Pod>[]): Stored<Pod>[] {
  return controlledBy('Job', job, pods);
}

/** The number at the end of a pod's name. */
export function ordinalOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

function controlledBy(kind: string, name: string, pods: readonly Stored<Pod>[]): Stored<Pod>[] {
  return pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === kind && owner.name === name),
  );
}
