import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Instance } from '../resource/resolve.js';
import { metadata } from './metadata.js';
import { type Gate, podTemplate } from './pod.js';
import { storage } from './storage.js';

/** @param operated whether the operator replaces pods by a changed template, one by one and the leader last */
export function statefulSet(instance: Instance, gate: Gate, operated: boolean): StatefulSet {
  const { names, servers, selector, spec, records } = instance;
  const { claims } = storage(instance);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(instance, names.statefulSet, { annotations: records }),
    spec: {
      replicas: servers.replicas,
      // Set by hands to another number, it would stop the first members and start unknown ones.
      ...(operated && { ordinals: { start: 0 } }),
      // Immutable: a standalone server of the official operator has none (Kind.go).
      serviceName: servers.mode === 'cluster' ? names.headless : '',
      // Members wait for each other before they are ready, so one after the other never starts.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: operated ? 'OnDelete' : 'RollingUpdate' },
      selector: { matchLabels: selector },
      template: podTemplate(instance, gate),
      ...(claims.length > 0 && {
        volumeClaimTemplates: claims,
        persistentVolumeClaimRetentionPolicy: {
          // With the operator claims belong to the Nacos: they stay where only the StatefulSet is deleted.
          whenDeleted: !operated && spec.volume?.retain === false ? 'Delete' : 'Retain',
          // A member that goes may still be a voter, and must come back with what it had; once Raft is without it the
          // operator deletes its claim.
          whenScaled: 'Retain',
        },
      }),
    },
  };
}
