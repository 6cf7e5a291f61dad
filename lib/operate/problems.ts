import type { Pod, Stored } from 'cdk8s-reconciler';
import type { ContainerStatus } from 'kubernetes-types/core/v1.js';

/** Something that keeps a pod from running, with what to do about it. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
  /** Whether it needs a human; otherwise it may pass by itself. */
  readonly stuck: boolean;
}

const remedies: Readonly<Record<string, string>> = {
  ErrImagePull: 'check spec.image, spec.version and spec.imagePullSecrets, or mirror the image',
  ImagePullBackOff: 'check spec.image, spec.version and spec.imagePullSecrets, or mirror the image',
  InvalidImageName: 'correct spec.image',
  CreateContainerConfigError: 'create the Secret or ConfigMap that it names',
  CreateContainerError: 'see kubectl describe pod',
};

/** The first problem of any pod, worst first. */
export function podProblem(pods: readonly Stored<Pod>[]): Problem | undefined {
  return pods.map(waiting).find(Boolean) ?? pods.map(unscheduled).find(Boolean) ?? pods.map(crashing).find(Boolean);
}

function statuses({ status }: Stored<Pod>): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function waiting(pod: Stored<Pod>): Problem | undefined {
  for (const { name, state, image } of statuses(pod)) {
    const reason = state?.waiting?.reason ?? '';
    const remedy = remedies[reason];
    if (!remedy) continue;
    const message = `Pod ${pod.metadata.name}, container ${name}, image ${image}: ${state?.waiting?.message ?? reason}; ${remedy}`;
    return { reason, message, stuck: true };
  }
  return undefined;
}

function unscheduled({ metadata, status }: Stored<Pod>): Problem | undefined {
  const condition = status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  const message = `Pod ${metadata.name} fits on no node: ${condition.message ?? ''}; add room, or change resources, affinity, tolerations or the volume's class`;
  return { reason: 'Unschedulable', message, stuck: true };
}

/** A cluster's members may restart while they form (measured on 3.0.3), so restarting alone is no reason to call for help. */
function crashing(pod: Stored<Pod>): Problem | undefined {
  for (const { name, state, restartCount, lastState } of statuses(pod)) {
    if (state?.waiting?.reason !== 'CrashLoopBackOff') continue;
    const { exitCode, reason } = lastState?.terminated ?? {};
    const message = `Pod ${pod.metadata.name}, container ${name}, has ended ${restartCount} times, last with exit code ${exitCode ?? '?'} (${reason ?? 'unknown'}); see kubectl logs --previous ${pod.metadata.name}`;
    return { reason: 'CrashLoopBackOff', message, stuck: restartCount >= 10 };
  }
  return undefined;
}
