import type { Pod } from 'kubernetes-types/core/v1.js';

const dataFolder = '/home/nacos/data';
const raftFolder = `${dataFolder}/protocol`;

/** Whether the data of a container goes with its pod: no volume holds it, or one that lives as long as the pod. */
export function dataInPod({ spec }: Pod, container: string): boolean {
  const mounts = spec?.containers.find(({ name }) => name === container)?.volumeMounts ?? [];
  const [mount] = mounts
    .filter(({ mountPath }) => `${dataFolder}/`.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length);
  const volume = spec?.volumes?.find(({ name }) => name === mount?.name);
  return mount === undefined || volume?.emptyDir !== undefined;
}

/** Whether a container deletes its Raft data before it stops, as the official operator has it (Kind.go). */
export function wipesRaft({ spec }: Pod, container: string): boolean {
  const { exec } = spec?.containers.find(({ name }) => name === container)?.lifecycle?.preStop ?? {};
  return exec?.command?.some((word) => /\brm\b/.test(word) && word.includes(raftFolder)) ?? false;
}
