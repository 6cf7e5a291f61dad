import type { Container, PersistentVolumeClaim, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../resource/resolve.js';
import { membersFolder } from './members.js';
import { isRestricted, security } from './security.js';

const home = '/home/nacos';

/** Folders that a server writes besides its data; a user other than root needs volumes there. */
const writable: Readonly<Record<string, string>> = {
  conf: `${home}/conf`,
  logs: `${home}/logs`,
  work: `${home}/work`,
  tmp: '/tmp',
};

/** Raft allocates 0.9 GB for a member that is still empty (measured on 3.0.3). */
const defaultSize = '10Gi';

interface Storage {
  readonly volumes: Volume[];
  readonly mounts: VolumeMount[];
  /** Fills the volumes that hide files of the image. */
  readonly initContainers: Container[];
  readonly claims: PersistentVolumeClaim[];
}

export function storage(instance: Instance): Storage {
  const { spec, servers, names, hasVolumes } = instance;
  const folders = isRestricted(spec) ? Object.entries(writable) : [];
  const claims = hasVolumes ? [claim(instance)] : [];
  return {
    volumes: [
      ...(claims.length === 0 ? [{ name: names.claim, emptyDir: {} }] : []),
      ...(servers.mode === 'cluster' ? [{ name: 'members', configMap: { name: names.members } }] : []),
      ...folders.map(([name]) => ({ name, emptyDir: {} })),
    ],
    mounts: [
      { name: names.claim, mountPath: `${home}/data` },
      ...(servers.mode === 'cluster' ? [{ name: 'members', mountPath: membersFolder, readOnly: true }] : []),
      ...folders.map(([name, mountPath]) => ({ name, mountPath })),
    ],
    initContainers: copies(instance),
    claims,
  };
}

function claim({ names, labels, spec }: Instance): PersistentVolumeClaim {
  const { requests, storageClass } = spec.volume ?? {};
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: names.claim, labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { ...requests, storage: String(requests?.storage ?? defaultSize) } },
      // An empty one keeps the default class away, for volumes that were made by hand.
      ...(storageClass !== undefined && { storageClassName: storageClass }),
    },
  };
}

function copies({ profile, spec, image, names }: Instance): Container[] {
  const conf = isRestricted(spec) ? ['conf'] : [];
  const data = profile.seedsData ? ['data'] : [];
  const folders = [...conf, ...data];
  if (folders.length === 0) return [];
  const { container } = security(spec);
  return [
    {
      name: 'copy-image-files',
      image,
      ...(spec.imagePullPolicy && { imagePullPolicy: spec.imagePullPolicy }),
      // -n: what is already in a volume is the server's own.
      command: ['sh', '-c', folders.map((folder) => `cp -Rn ${home}/${folder}/. /volumes/${folder}/`).join(' && ')],
      // As much as the server may use, so that a namespace with a quota lets it in and the pod needs no more than
      // before.
      ...(spec.resources && { resources: spec.resources as Container['resources'] }),
      volumeMounts: folders.map((folder) => ({
        name: folder === 'data' ? names.claim : folder,
        mountPath: `/volumes/${folder}`,
      })),
      ...(container && { securityContext: container }),
    },
  ];
}
