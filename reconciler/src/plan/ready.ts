import type { Stored } from '../object.js';

type Spec = { readonly replicas?: number; readonly completions?: number } | undefined;

/** Statuses that say that a child is ready, by its kind. */
const statuses: Readonly<Record<string, (spec: Spec) => object>> = {
  Deployment: (spec) => all(spec, 'replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'),
  StatefulSet: (spec) => all(spec, 'replicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'),
  DaemonSet: () => ({ desiredNumberScheduled: 0 }),
  Job: (spec) => ({
    succeeded: spec?.completions ?? 1,
    conditions: [{ type: 'Complete', status: 'True' }],
  }),
  PersistentVolumeClaim: () => ({ phase: 'Bound' }),
  Pod: () => ({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }),
};

/** A written child as it is when its controller is done with it. Others are ready as soon as they exist. */
export function ready(child: Stored): Stored {
  const status = statuses[child.kind]?.((child as { readonly spec?: Spec }).spec);
  const { generation } = child.metadata;
  return status ? ({ ...child, status: { observedGeneration: generation, ...status } } as Stored) : child;
}

function all(spec: Spec, ...fields: readonly string[]): object {
  return Object.fromEntries(fields.map((field) => [field, spec?.replicas ?? 1]));
}
