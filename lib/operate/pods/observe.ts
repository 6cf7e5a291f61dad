import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { Pod, type StatefulSet } from 'cdk8s-reconciler/kinds';
import { clientTraffic, secretsAnnotation, trafficLabel } from '../../render/pod.js';
import type { Instance } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import { formatVersion } from '../../server/version.js';
import type { Observed, ObservedMember, ObservedObstacle } from '../observed.js';
import { portsOfPod, versionOfPod } from '../servers.js';
import {
  containerStatus,
  dataInPod,
  isReady,
  membersAnnotation,
  ordinalOf,
  refreshedAnnotation,
  wipesRaft,
} from './pods.js';
import { cannotRun } from './problems.js';

export function observedPod(
  pod: Stored<Pod>,
  instance: Instance,
  statefulSet: Stored<StatefulSet> | undefined,
): Omit<ObservedMember, 'server'> {
  const { name, labels = {}, annotations = {}, creationTimestamp, deletionTimestamp } = pod.metadata;
  const owned = pod.metadata.ownerReferences?.some(({ controller }) => controller) ?? false;
  const { updateRevision } = statefulSet?.status ?? {};
  const notified = Number(annotations[membersAnnotation]);
  const refreshed = annotations[refreshedAnnotation];
  const secretsRevision = annotations[secretsAnnotation];
  const created = Date.parse(creationTimestamp ?? '');
  const { restartCount: restarts, state } = containerStatus(pod, instance.names.container) ?? {};
  const since = Date.parse(state?.running?.startedAt ?? '');
  const version = versionOfPod(pod, instance);
  const ports = portsOfPod(pod, instance);
  const { container, members, claim } = instance.names;
  const cluster = instance.servers.mode === 'cluster';
  const wipes = wipesRaft(pod, container);
  const fixedList = cluster && !pod.spec?.volumes?.some(({ configMap }) => configMap?.name === members);
  const claimless = !pod.spec?.volumes?.some((one) => one.name === claim && one.persistentVolumeClaim);
  return {
    pod: name,
    ordinal: ordinalOf(name),
    ready: isReady(pod),
    outdated: updateRevision !== undefined && labels['controller-revision-hash'] !== updateRevision,
    // An embedded cluster has all in Raft, and its database is made from that (nacos:
    // DistributedDatabaseOperateImpl.init).
    volatile: dataInPod(pod, container) || (cluster && wipes),
    ...(claimless && { claimless }),
    ...(wipes && { wipes }),
    ...(fixedList && { fixedList }),
    halted: cannotRun(pod),
    terminating: deletionTimestamp !== undefined,
    traffic: labels[trafficLabel] === clientTraffic[trafficLabel],
    unlabelled: labels[trafficLabel] === undefined,
    ...(!owned && { orphan: true }),
    ...(notified && { notified }),
    ...(created && { created }),
    ...(since && { since }),
    ...(refreshed && { refreshed }),
    ...(restarts && { restarts }),
    ...(ports && { ports }),
    ...(version && { version: formatVersion(version) }),
    ...(secretsRevision && { secretsRevision }),
  };
}

/**
 * Pods that have the name of a server and are none to its StatefulSet, as one that hands took a label off: it makes no
 * other of that name, and says so nowhere (kubernetes: stateful_pod_control.go, CreateStatefulPod). They are in no
 * cache, so each server without a pod is asked for.
 */
export async function observeInTheWay(
  { names, namespace }: Instance,
  { statefulSet, members }: Pick<Observed, 'statefulSet' | 'members'>,
  context: Pick<ClusterReader, 'get'>,
): Promise<readonly ObservedObstacle[]> {
  const servers = Math.min(statefulSet?.spec?.replicas ?? 0, mostServers);
  const absent = Array.from({ length: servers }, (_, ordinal) => ordinal).filter(
    (ordinal) => !members.some((member) => member.ordinal === ordinal),
  );
  const pods = await Promise.all(
    absent.map((ordinal) => context.get(Pod, `${names.statefulSet}-${ordinal}`, namespace)),
  );
  return pods.flatMap((pod) => {
    if (!pod || pod.metadata?.deletionTimestamp) return [];
    const lacks = Object.entries(statefulSet?.spec?.selector.matchLabels ?? {}).flatMap(([label, value]) =>
      pod.metadata?.labels?.[label] === value ? [] : [`${label}=${value}`],
    );
    const owner = (pod as Stored<Pod>).metadata.ownerReferences?.find(({ controller }) => controller);
    const others = owner && owner.uid !== statefulSet?.metadata.uid ? { owner: `${owner.kind} ${owner.name}` } : {};
    return lacks.length > 0 || 'owner' in others ? [{ pod: pod.metadata?.name ?? '', lacks, ...others }] : [];
  });
}
