import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Api, Refused } from '../cluster/api.js';

const className = 'standard';
const provisioner = 'cdk8s-nacos.test/folder';

interface Claim {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly local?: { readonly path: string };
  };
  readonly status?: { readonly phase?: string };
}

/**
 * The default StorageClass: each claim gets a folder, reachable from every node. Like a disk, and unlike hostPath, it
 * belongs to root at first and becomes writable for a non-root pod by the pod's fsGroup. A claim can grow. The folder
 * goes when a volume with reclaim policy Delete is released.
 */
export async function provisionFolders(
  api: Api,
  folder: string,
  report: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  await api.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: className, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner,
    allowVolumeExpansion: true,
  });
  await api.follow<Claim>(
    '/api/v1/persistentvolumeclaims',
    ({ type, object }) => {
      if (type !== 'ADDED' && type !== 'MODIFIED') return;
      if (object.spec.storageClassName !== className) return;
      if (!object.spec.volumeName) provide(api, folder, object).catch(report);
      else if (object.status?.phase === 'Bound') grow(api, object).catch(report);
    },
    signal,
  );
  await api.follow<Volume>(
    '/api/v1/persistentvolumes',
    ({ type, object }) => {
      if (type === 'MODIFIED' && object.status?.phase === 'Released') reclaim(api, object).catch(report);
    },
    signal,
  );
}

async function provide(api: Api, folder: string, claim: Claim): Promise<void> {
  const { name, namespace, uid } = claim.metadata;
  const path = join(folder, `${namespace}-${name}-${uid}`);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  const volume = {
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      storageClassName: className,
      capacity: { storage: claim.spec.resources.requests.storage },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      local: { path },
      // Nodes are namespaces of one machine, so any of them has the folder.
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'Exists' }] }],
        },
      },
    },
  };
  await api.create('/api/v1/persistentvolumes', volume).catch(unless(409));
}

async function grow(api: Api, claim: Claim): Promise<void> {
  const { storage } = claim.spec.resources.requests;
  if (storage === claim.status?.capacity?.storage) return;
  await api.patch(`/api/v1/persistentvolumes/${claim.spec.volumeName}`, { spec: { capacity: { storage } } });
  const path = `/api/v1/namespaces/${claim.metadata.namespace}/persistentvolumeclaims/${claim.metadata.name}/status`;
  await api.patch(path, { status: { capacity: { storage } } });
}

async function reclaim(api: Api, volume: Volume): Promise<void> {
  const { storageClassName, persistentVolumeReclaimPolicy, local } = volume.spec;
  if (storageClassName !== className || persistentVolumeReclaimPolicy !== 'Delete' || !local) return;
  await rm(local.path, { recursive: true, force: true });
  await api.delete(`/api/v1/persistentvolumes/${volume.metadata.name}`).catch(unless(404));
}

/** Another one got there first: as good as done. */
function unless(status: number): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Refused && error.status === status)) throw error;
  };
}
