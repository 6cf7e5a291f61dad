import type * as apps from 'kubernetes-types/apps/v1.js';
import type * as batch from 'kubernetes-types/batch/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/**
 * How far an object is, by the rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus/status/core.go): `Ready`, on the
 * way, or `Failed`, which does not get better by waiting.
 */
export interface Readiness {
  readonly state: 'Ready' | 'Progressing' | 'Failed';
  /** What is still missing, in a few words. Empty if ready. */
  readonly message: string;
  /** One word in CamelCase where there is a better one than `ChildrenNotReady`, for the owner's conditions. */
  readonly reason?: string;
}

interface WithConditions {
  readonly metadata?: ObjectMeta;
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const ready: Readiness = { state: 'Ready', message: '' };
const progressing = (message: string): Readiness => ({ state: 'Progressing', message });
const failed = (message: string): Readiness => ({ state: 'Failed', message });

/** Of any object that has conditions; one without them is ready as soon as it exists. */
export function conditionsReadiness(object: object): Readiness {
  const { metadata, status } = object as WithConditions;
  if (metadata?.deletionTimestamp) return progressing('being deleted');
  if (unseen(metadata, status?.observedGeneration)) return unseenYet;
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  const is = (type: string) => condition(type)?.status === 'True';
  if (is('Reconciling')) return progressing(condition('Reconciling')?.message ?? 'reconciling');
  if (is('Stalled')) return failed(condition('Stalled')?.message ?? 'stalled');
  const summary = condition('Ready');
  return !summary || summary.status === 'True' ? ready : progressing(summary.message ?? 'not ready');
}

/** Of what waits for pods that the API server refuses, for a quota, Pod Security or a webhook. */
export function withRefusedPods(readiness: Readiness, why: string): Readiness {
  return { ...readiness, reason: 'PodsRefused', message: `${readiness.message}; pods are refused: ${why}` };
}

export function deploymentReadiness(deployment: apps.Deployment): Readiness {
  const rollout = rolloutReadiness(deployment);
  const refused = deployment.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  return rollout.state === 'Ready' || !refused ? rollout : withRefusedPods(rollout, refused.message ?? '');
}

function rolloutReadiness({ metadata, spec, status = {} }: apps.Deployment): Readiness {
  if (unseen(metadata, status.observedGeneration ?? 0)) return unseenYet;
  const stuck = status.conditions?.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  if (stuck) return failed(stuck.message ?? 'progress deadline exceeded');
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas ?? 1;
  if (updatedReplicas < wanted) return progressing(`${updatedReplicas} of ${wanted} replicas updated`);
  if (replicas > updatedReplicas) return progressing(`${replicas - updatedReplicas} old replicas left`);
  if (availableReplicas < wanted) return progressing(`${availableReplicas} of ${wanted} replicas available`);
  return ready;
}

export function statefulSetReadiness({ metadata, spec, status }: apps.StatefulSet): Readiness {
  if (unseen(metadata, status?.observedGeneration ?? 0)) return unseenYet;
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = status ?? {};
  const wanted = spec?.replicas ?? 1;
  if (replicas !== wanted) return progressing(`${replicas} of ${wanted} replicas exist`);
  if (readyReplicas < wanted) return progressing(`${readyReplicas} of ${wanted} replicas ready`);
  // With OnDelete others decide when a pod gets the new template.
  if (spec?.updateStrategy?.type === 'OnDelete') return ready;
  const kept = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const due = Math.max(wanted - kept, 0);
  return updatedReplicas < due ? progressing(`${updatedReplicas} of ${due} replicas updated`) : ready;
}

export function daemonSetReadiness({ metadata, status }: apps.DaemonSet): Readiness {
  if (unseen(metadata, status?.observedGeneration ?? 0)) return unseenYet;
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const done = Math.min(updatedNumberScheduled, numberAvailable);
  return done < desiredNumberScheduled ? progressing(`${done} of ${desiredNumberScheduled} pods available`) : ready;
}

/** A Job that has not ended is on the way: unlike kstatus, because what an owner waits for is its result. */
export function jobReadiness({ spec, status }: batch.Job): Readiness {
  const ended = status?.conditions?.find(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True');
  if (ended?.type === 'Complete') return ready;
  if (ended) return failed(ended.message ?? 'failed');
  return progressing(`${status?.succeeded ?? 0} of ${spec?.completions ?? 1} completions`);
}

export function claimReadiness({ status }: core.PersistentVolumeClaim): Readiness {
  if (status?.phase === 'Lost') return failed('its volume is lost');
  return status?.phase === 'Bound' ? ready : progressing('not bound to a volume');
}

export function podReadiness({ status }: core.Pod): Readiness {
  if (status?.phase === 'Succeeded') return ready;
  if (status?.phase === 'Failed') return failed(status.message ?? 'failed');
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  return condition?.status === 'True' ? ready : progressing(condition?.message ?? 'not ready');
}

/**
 * Whether a StatefulSet, DaemonSet or Job has fewer pods than it should have, and nothing in its status says why. Where
 * they are refused its controller says so in events alone.
 */
export function lacksPods(child: { readonly apiVersion?: string; readonly kind?: string }): boolean {
  switch (`${child.apiVersion} ${child.kind}`) {
    case 'apps/v1 StatefulSet': {
      const { spec, status } = child as apps.StatefulSet;
      const { replicas = 0, readyReplicas = 0 } = status ?? {};
      // The next one in order comes when those that exist are ready.
      return replicas < (spec?.replicas ?? 1) && readyReplicas === replicas;
    }
    case 'apps/v1 DaemonSet': {
      const { currentNumberScheduled = 0, desiredNumberScheduled = 0 } = (child as apps.DaemonSet).status ?? {};
      return currentNumberScheduled < desiredNumberScheduled;
    }
    case 'batch/v1 Job': {
      const { spec, status } = child as batch.Job;
      return !spec?.suspend && !status?.active && jobReadiness(child as batch.Job).state === 'Progressing';
    }
    default:
      return false;
  }
}

/** With the reason of kstatus. */
const unseenYet: Readiness = {
  ...progressing('its controller has not seen the last change'),
  reason: 'LatestGenerationNotObserved',
};

/** Controllers that never report a generation have nothing to be late with. */
function unseen(metadata: ObjectMeta | undefined, observed: number | undefined): boolean {
  return observed !== undefined && metadata?.generation !== undefined && observed !== metadata.generation;
}
