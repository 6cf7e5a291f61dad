import type { Stored } from 'cdk8s-reconciler';
import type { Pod } from 'cdk8s-reconciler/kinds';
import type { ContainerStatus } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';

/** Something that keeps a pod from running, with what to do about it. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
  /** Whether it needs a human; otherwise it may pass by itself. */
  readonly stuck: boolean;
}

interface ProblemOptions {
  /** Now, in milliseconds since 1970. */
  readonly at: number;
  /** How often a container may end before that needs a human. */
  readonly toleratedEnds: number;
  /** Whether to quote the last line that a container wrote. @default false */
  readonly quoteLastLine?: boolean;
}

/** A scheduler that waits for a volume or a new node says for a while that there is no room. */
const placementTime = 20_000;

/** After its grace period a pod only lasts where no kubelet takes it away. */
const removalTime = 60_000;

const image =
  'check spec.image, spec.version, spec.imagePullSecrets and, for the Job of the schema, spec.mysqlInitImage, or mirror the image';
/** What to do about what a kubelet says. */
export const remedies: Readonly<Record<string, string>> = {
  ErrImagePull: image,
  ImagePullBackOff: image,
  ErrImageNeverPull: image,
  InvalidImageName: 'correct spec.image',
  CreateContainerConfigError: 'create the Secret or ConfigMap, or the key of it, that it names',
  CreateContainerError: 'see kubectl describe pod',
  RunContainerError: 'see kubectl describe pod',
};

/** The worst problem of any of the pods. */
export function podProblem(pods: readonly Stored<Pod>[], options: ProblemOptions): Problem | undefined {
  const finders = [waiting, unscheduled, vanished, ending];
  const problems = finders.flatMap((find) => pods.flatMap((pod) => find(pod, options) ?? []));
  return problems.find(({ stuck }) => stuck) ?? problems[0];
}

function statuses({ status }: Stored<Pod>): readonly ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** Members that form a cluster restart up to five times (measured on 3.0.3). */
export const toleratedEnds = 6;

/**
 * Whether nothing would be lost with the pod: it has no node, or no container of it runs or stays running. One that has
 * been ready, and was then killed, comes back by itself; to replace it as well could take a majority away for longer
 * (seen with members killed during a roll).
 */
export function cannotRun(pod: Stored<Pod>): boolean {
  const unplaced = pod.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const found = statuses(pod);
  const reasons = found.map(({ state }) => state?.waiting?.reason ?? '');
  const ends = Math.max(0, ...found.map(({ restartCount }) => restartCount));
  const again = reasons.includes('CrashLoopBackOff') && (!hasBeenReady(pod) || ends > toleratedEnds);
  return unplaced || again || reasons.some((reason) => reason in remedies);
}

/** Both are said within a moment when the kubelet takes the pod; the former changes only when the pod becomes ready. */
function hasBeenReady({ status }: Stored<Pod>): boolean {
  const since = (type: string) =>
    Date.parse(status?.conditions?.find((condition) => condition.type === type)?.lastTransitionTime ?? '');
  return since('Ready') - since('Initialized') > 5000;
}

function waiting(pod: Stored<Pod>): Problem | undefined {
  for (const { name, state, image } of statuses(pod)) {
    const { reason = '', message = reason } = state?.waiting ?? {};
    const remedy = remedies[reason];
    if (!remedy) continue;
    const text = `Pod ${pod.metadata.name}, container ${name}, image ${image}: ${message}; ${remedy}`;
    // The kubelet goes back and forth between the two names.
    return { reason: reason === 'ErrImagePull' ? 'ImagePullBackOff' : reason, message: text, stuck: true };
  }
  return undefined;
}

function unscheduled({ metadata, status }: Stored<Pod>, { at }: ProblemOptions): Problem | undefined {
  const condition = status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  const since = Date.parse(condition.lastTransitionTime ?? metadata.creationTimestamp ?? '');
  const message = `Pod ${metadata.name} fits on no node: ${condition.message ?? ''}; add room, or change resources, affinity, tolerations or the volume's class`;
  return { reason: 'Unschedulable', message, stuck: at - since > placementTime };
}

function vanished({ metadata, spec }: Stored<Pod>, { at }: ProblemOptions): Problem | undefined {
  const { name, namespace, deletionTimestamp, finalizers = [] } = metadata;
  if (!deletionTimestamp || at - Date.parse(deletionTimestamp) < removalTime) return undefined;
  if (finalizers.length > 0) {
    const message = `Pod ${name} should be gone since ${deletionTimestamp}, and is held by ${finalizers.join(', ')}; see what has set that, and have it taken off metadata.finalizers`;
    return { reason: 'PodHeld', message, stuck: true };
  }
  const message = `Pod ${name} should be gone since ${deletionTimestamp}, but node ${spec?.nodeName ?? '?'} does not confirm that it ended; if the node is gone for good, kubectl delete pod ${name} -n ${namespace} --grace-period=0 --force`;
  return { reason: 'NodeLost', message, stuck: true };
}

/** A cluster's members may restart while they form (measured on 3.0.3), so that alone is no reason to call for help. */
function ending(pod: Stored<Pod>, { toleratedEnds, quoteLastLine }: ProblemOptions): Problem | undefined {
  const { name: podName, namespace } = pod.metadata;
  for (const { name, ready, restartCount, lastState } of statuses(pod)) {
    const ended = lastState?.terminated;
    if (ready || !ended || restartCount === 0) continue;
    const last = quoteLastLine ? lastLine(ended.message) : undefined;
    const remedy =
      ended.reason === 'OOMKilled'
        ? 'it needs more memory: raise spec.resources.limits.memory'
        : `see kubectl logs ${podName} -n ${namespace} -c ${name} --previous`;
    const times = `has ended ${restartCount} times, last with exit code ${ended.exitCode} (${ended.reason ?? 'unknown'})`;
    const message = `Pod ${podName}, container ${name}, ${times}${last ? `: ${last}` : ''}; ${remedy}`;
    return {
      reason: ended.reason === 'OOMKilled' ? 'OOMKilled' : 'Restarting',
      message,
      stuck: restartCount > toleratedEnds,
    };
  }
  return undefined;
}

function lastLine(text = ''): string | undefined {
  return text.trim().split('\n').at(-1)?.slice(0, 300) || undefined;
}

/** Only a human knows why it was taken out of its StatefulSet. */
export function podInTheWay({ names, namespace }: Instance, { inTheWay }: Observed): Problem | undefined {
  const [first] = inTheWay ?? [];
  if (!first) return undefined;
  const { pod, lacks, owner } = first;
  const why = owner ? `belongs to ${owner}` : `lacks the labels ${lacks.join(', ')}`;
  const remedy = owner
    ? `delete or rename that`
    : `kubectl label pod ${pod} -n ${namespace} --overwrite ${lacks.join(' ')}, or delete it`;
  const message = `Pod ${pod} is in the way of StatefulSet ${names.statefulSet}, which cannot make its own: it ${why}; ${remedy}`;
  return { reason: 'PodInTheWay', message, stuck: true };
}
