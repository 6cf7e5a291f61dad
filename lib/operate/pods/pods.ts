import type { Stored } from 'cdk8s-reconciler';
import type { Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { ContainerStatus, PodSpec, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../../resource/resolve.js';

/** Of a pod: number of members in the list when its kubelet was last made to look at it. */
export const membersAnnotation = 'nacos.io/members';

/** Of a pod: servers that ran when its own last compared its configurations with the database. */
export const refreshedAnnotation = 'nacos.io/refreshed';

export function isReady({ metadata, status }: Stored<Pod>): boolean {
  const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return ready && !metadata.deletionTimestamp;
}

/** Of a container of the pod. */
export function containerStatus({ status }: Stored<Pod>, container: string): ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ name }) => name === container);
}

/**
 * The servers' pods, in order; others may have their labels. Those of a StatefulSet that was deleted without them have
 * no owner (kubernetes: garbagecollector.go, orphanDependents) and run on: the next one adopts them.
 */
export function podsOf({ names, selector }: Instance, pods: readonly Stored<Pod>[]): Stored<Pod>[] {
  const orphans = pods.filter(
    ({ metadata: { name, labels, ownerReferences } }) =>
      !ownerReferences?.some(({ controller }) => controller) &&
      name === `${names.statefulSet}-${ordinalOf(name)}` &&
      Object.entries(selector).every(([label, value]) => labels?.[label] === value),
  );
  return [...controlledBy('StatefulSet', names.statefulSet, pods), ...orphans].sort(
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

/** A pod, or the template of one. */
export interface PodTemplate {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: PodSpec;
}

/** What servers run with: the template of their StatefulSet, or where that is gone one of their pods. */
export function templateThatRuns({
  statefulSet,
  orphan,
}: {
  readonly statefulSet?: Stored<StatefulSet>;
  readonly orphan?: Stored<Pod>;
}): PodTemplate | undefined {
  return statefulSet?.spec?.template ?? orphan;
}

/** Whether the StatefulSet's controller has seen its last change, so that `outdated` of pods can be believed. */
export function isCurrent(statefulSet: Stored<StatefulSet> | undefined): boolean {
  return statefulSet !== undefined && statefulSet.status?.observedGeneration === statefulSet.metadata.generation;
}

const dataFolder = '/home/nacos/data';
const raftFolder = `${dataFolder}/protocol`;

/** What a server must not lose: all of its folder, its database and what Raft has. */
export const dataFolders = [dataFolder, `${dataFolder}/derby-data`, raftFolder];

/** Whether any data of a container goes with its pod: no volume holds it, or one that lives as long as the pod. */
export function dataInPod(pod: Pick<Pod, 'spec'>, container: string): boolean {
  return dataFolders.some((folder) => {
    const mount = mountOf(pod, container, folder);
    return !mount || pod.spec?.volumes?.find(({ name }) => name === mount.name)?.emptyDir !== undefined;
  });
}

/** What is mounted for a folder of a container: the innermost one around it. */
export function mountOf({ spec }: Pick<Pod, 'spec'>, container: string, folder: string): VolumeMount | undefined {
  const mounts = spec?.containers.find(({ name }) => name === container)?.volumeMounts ?? [];
  return mounts
    .filter(({ mountPath }) => `${folder}/`.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
}

/** Whether a container deletes its Raft data before it stops, as the official operator has it (Kind.go). */
export function wipesRaft({ spec }: Pod, container: string): boolean {
  const { exec } = spec?.containers.find(({ name }) => name === container)?.lifecycle?.preStop ?? {};
  return exec?.command?.some((word) => /\brm\b/.test(word) && word.includes(raftFolder)) ?? false;
}
