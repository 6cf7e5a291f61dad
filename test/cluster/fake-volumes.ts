import { setTimeout as sleep } from 'node:timers/promises';
import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import { type Api, Refused, type WatchEvent } from './api.js';

/** Name of the default storage class, and of what provisions its volumes and those of other classes that name it. */
export const storageClass = 'standard';
const provisioner = 'fake.kubelet/volumes';

/**
 * `after` milliseconds, or never: the claim then waits for the file system to be resized, as with a pod that must
 * restart first.
 */
export type ResizeBehaviour = { readonly after: number } | 'never';

/** Volumes that hold nothing: claims bind once a pod that uses them is scheduled to one of the nodes. */
export class FakeVolumes {
  resize: ResizeBehaviour = { after: 0 };
  private readonly busy = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly own: (node: string) => boolean,
  ) {}

  async start(signal: AbortSignal): Promise<void> {
    await this.createStorageClass();
    await this.api.follow<PersistentVolumeClaim>(
      '/api/v1/persistentvolumeclaims',
      (event) => this.onClaim(event),
      signal,
    );
    await this.api.follow<PersistentVolume>('/api/v1/persistentvolumes', (event) => this.onVolume(event), signal);
  }

  private onClaim({ type, object: claim }: WatchEvent<PersistentVolumeClaim>): void {
    const { annotations = {} } = claim.metadata ?? {};
    const node = annotations['volume.kubernetes.io/selected-node'];
    // Of any class with this provisioner.
    const ours = annotations['volume.kubernetes.io/storage-provisioner'] === provisioner;
    if ((type !== 'ADDED' && type !== 'MODIFIED') || !ours) return;
    if (!node || !this.own(node) || claim.metadata?.deletionTimestamp) return;
    const asked = claim.spec?.resources?.requests?.storage;
    if (!claim.spec?.volumeName) this.once(claim, 'provision', () => this.provision(claim));
    else if (claim.status?.phase === 'Bound' && claim.status.capacity?.storage !== asked) {
      this.once(claim, `resize to ${asked}`, () => this.grow(claim, asked));
    }
  }

  private async provision(claim: PersistentVolumeClaim): Promise<void> {
    const { name, namespace, uid } = claim.metadata ?? {};
    await this.api.create('/api/v1/persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
      spec: {
        storageClassName: claim.spec?.storageClassName,
        persistentVolumeReclaimPolicy: 'Delete',
        accessModes: claim.spec?.accessModes,
        volumeMode: claim.spec?.volumeMode,
        capacity: { storage: claim.spec?.resources?.requests?.storage },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
        // A name only: no kubelet ever mounts it.
        hostPath: { path: `/fake/${uid}` },
      },
    });
  }

  private async grow(claim: PersistentVolumeClaim, storage: unknown): Promise<void> {
    const path = `/api/v1/namespaces/${claim.metadata?.namespace}/persistentvolumeclaims/${claim.metadata?.name}/status`;
    if (this.resize === 'never') {
      const condition = {
        type: 'FileSystemResizePending',
        status: 'True',
        lastTransitionTime: new Date().toISOString(),
      };
      await this.api.patch(path, { status: { conditions: [condition] } }, 'strategic');
      return;
    }
    await sleep(this.resize.after);
    await this.api.patch(`/api/v1/persistentvolumes/${claim.spec?.volumeName}`, { spec: { capacity: { storage } } });
    await this.api.patch(path, { status: { capacity: { storage }, conditions: [] } });
  }

  /** The controller manager leaves volumes that others made to them. */
  private onVolume({ type, object: volume }: WatchEvent<PersistentVolume>): void {
    const ours = volume.metadata?.annotations?.['pv.kubernetes.io/provisioned-by'] === provisioner;
    if (type === 'DELETED' || !ours || volume.status?.phase !== 'Released' || volume.metadata?.deletionTimestamp)
      return;
    if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
    this.once(volume, 'remove', () => this.api.delete(`/api/v1/persistentvolumes/${volume.metadata?.name}`));
  }

  private once(
    { metadata }: PersistentVolumeClaim | PersistentVolume,
    what: string,
    work: () => Promise<unknown>,
  ): void {
    const key = `${metadata?.uid} ${what}`;
    if (this.busy.has(key)) return;
    this.busy.add(key);
    work().catch((error) => {
      // Several kubelets of a cluster may do the same.
      if (error instanceof Refused && [404, 409].includes(error.status)) return;
      this.busy.delete(key);
      process.stderr.write(`fake volume of ${metadata?.namespace ?? ''}/${metadata?.name}: ${error}\n`);
    });
  }

  private async createStorageClass(): Promise<void> {
    try {
      await this.api.create('/apis/storage.k8s.io/v1/storageclasses', {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: storageClass, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner,
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
      });
    } catch (error) {
      if (!(error instanceof Refused && error.status === 409)) throw error;
    }
  }
}
