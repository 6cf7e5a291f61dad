import type { ConditionStatement } from 'cdk8s-reconciler';
import { versionAnnotation } from '../render/pod.js';
import type { NacosStatus } from '../resource/status.js';
import { memberStatuses } from './cluster/report.js';
import { fails, refusals } from './feature.js';
import type { Observed } from './observed.js';
import { isCurrent } from './pods/pods.js';
import type { Problem } from './pods/problems.js';
import type { Problems } from './problems.js';
import type { View } from './view.js';
import { smallestVolume } from './volumes/claims.js';

/** What the features say of an instance. */
export interface Statements {
  readonly problems: Problems;
  /** Conditions that must all hold for an instance to be well. */
  readonly obstacles: readonly ConditionStatement[];
  /** Conditions that do no harm. */
  readonly notices: readonly ConditionStatement[];
  readonly data: Pick<NacosStatus, 'initialData'>;
}

export type StatedStatus = Omit<NacosStatus, 'conditions'> & { readonly conditions: readonly ConditionStatement[] };

/**
 * What `kubectl get nacos` shows. Pure, and a report only: no decision is taken here.
 *
 * @param standard Ready, Reconciling and Stalled as they follow from the children alone
 */
export function statusOf(view: View, stated: Statements, standard: readonly ConditionStatement[]): StatedStatus {
  const { instance, observed, before, version } = view;
  const volumeSize = smallestVolume(instance, observed);
  const members = memberStatuses(instance, observed, before);
  const paused = isTrue('Paused', standard);
  const statements = paused ? leftAlone(stated) : stated;
  const { servers } = instance;
  const { statefulSet } = observed;
  const problem = worst(statements);
  const stalled = isTrue('Stalled', standard);
  const written = isUnseen(standard);
  const well = isHealthy(view, statements);
  const healthy = well && !written;
  const stuck = stalled || (!well && (problem?.stuck === true || refused(statements.obstacles) !== undefined));
  return {
    phase: phaseOf(view, statements, { healthy, stuck, paused, written }),
    version: version ?? before?.version,
    desiredReplicas: servers.mode === 'cluster' ? servers.desired : servers.replicas,
    replicas: statefulSet?.status?.replicas ?? 0,
    readyReplicas: statefulSet?.status?.readyReplicas ?? 0,
    selector: selectorText(instance.selector),
    ...(volumeSize && { volumeSize }),
    members,
    ...statements.data,
    conditions: [
      ...statements.obstacles,
      ...statements.notices,
      ...(healthy || stalled ? [] : summary(statements.obstacles, problem, standard)),
    ],
  };
}

/**
 * While the operator cannot look, the last phase says nothing any more. Servers may be well, so only a human is asked.
 */
export function undecided(standard: readonly ConditionStatement[]): Pick<NacosStatus, 'phase'> {
  return isTrue('Stalled', standard) ? { phase: 'Failed' } : {};
}

/** Seconds until the next look. A Nacos can break while its pods look ready, and nothing in Kubernetes would change. */
export function requeueAfter(view: View, statements: Statements): number {
  const { nacos, instance, observed } = view;
  const stopped = instance.servers.replicas === 0 && observed.members.length === 0;
  return nacos.metadata.deletionTimestamp || stopped || isHealthy(view, statements) ? 30 : 5;
}

/** What a paused instance would do is no harm to its servers; what is wrong with them is. */
function leftAlone(statements: Statements): Statements {
  const isChange = ({ type, reason }: ConditionStatement) =>
    ['Scaled', 'RolledOut'].includes(type) && !refusals.has(reason);
  const obstacles = statements.obstacles.filter((one) => !isChange(one));
  const waiting = statements.obstacles.filter(isChange).map(({ type, message }) => {
    return fails(type, 'Paused', `when the pause ends: ${message}`);
  });
  return { ...statements, obstacles, notices: [...statements.notices, ...waiting] };
}

/** Until its controller has seen a changed StatefulSet, it is not known which servers have to follow. */
function isHealthy({ instance, observed }: View, { obstacles }: Statements): boolean {
  const { statefulSet, members } = observed;
  const ready = members.filter((member) => member.ready).length;
  const known = statefulSet === undefined || isCurrent(statefulSet);
  return known && ready === instance.servers.replicas && obstacles.every(({ status }) => status === 'True');
}

function phaseOf(
  { nacos, instance, observed, before }: View,
  { obstacles }: Statements,
  { healthy, stuck, paused, written }: Readonly<Record<'healthy' | 'stuck' | 'paused' | 'written', boolean>>,
): NonNullable<NacosStatus['phase']> {
  const { statefulSet, members } = observed;
  const isFalse = (type: string) => obstacles.some((one) => one.type === type && one.status === 'False');
  if (nacos.metadata.deletionTimestamp) return 'Terminating';
  if (stuck) return 'Failed';
  if (instance.servers.replicas === 0) return members.length === 0 ? 'Stopped' : 'Scaling';
  if (healthy) return 'Running';
  if (isFalse('Scaled')) return 'Scaling';
  if (!hasRun(before, observed)) return paused ? 'Paused' : 'Creating';
  return isFalse('RolledOut') || written || (statefulSet && !isCurrent(statefulSet)) ? 'Updating' : 'Degraded';
}

/** Whether a child was written, by this reconciliation perhaps, and its controller has not seen that. */
function isUnseen(standard: readonly ConditionStatement[]): boolean {
  return standard.some(({ type, reason }) => type === 'Ready' && reason === 'LatestGenerationNotObserved');
}

/** By the last report; where that is lost, by the version that is recorded once servers have answered. */
function hasRun(before: NacosStatus | undefined, { statefulSet }: Observed): boolean {
  const { phase, version } = before ?? {};
  if (!phase) return statefulSet?.metadata.annotations?.[versionAnnotation] !== undefined;
  return (
    ['Running', 'Scaling', 'Updating', 'Degraded'].includes(phase) || (phase === 'Failed' && version !== undefined)
  );
}

function isTrue(type: string, conditions: readonly ConditionStatement[]): boolean {
  return conditions.some((one) => one.type === type && one.status === 'True');
}

function refused(obstacles: readonly ConditionStatement[]): ConditionStatement | undefined {
  return obstacles.find(({ status, reason }) => status === 'False' && refusals.has(reason));
}

function worst({ problems: { quorum, ofServers, ofJob }, obstacles }: Statements): Problem | undefined {
  const schema = obstacles.find(({ type }) => type === 'SchemaReady');
  const problems = [quorum, ofServers, schema?.status === 'False' ? ofJob : undefined];
  return problems.find((problem) => problem?.stuck) ?? problems.find((problem) => problem);
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** A cluster that is not whole is not ready, whatever its pods say; and a reader of Ready should learn the cause. */
function summary(
  obstacles: readonly ConditionStatement[],
  problem: Problem | undefined,
  standard: readonly ConditionStatement[],
): ConditionStatement[] {
  const failing = obstacles.filter(({ status }) => status === 'False');
  const children = standard.find(({ type, status }) => type === 'Ready' && status === 'False');
  // What is refused waits for a human, whatever else is not well meanwhile.
  const clear = failing.find(({ reason }) => !consequences.has(reason));
  const why = problem ?? refused(obstacles) ?? refusedPods(children) ?? clear ?? children ?? failing[0] ?? starting;
  const { reason, message } = why;
  const stuck = problem?.stuck || refusals.has(reason);
  return [
    { type: 'Ready', status: 'False', reason, message },
    stuck
      ? { type: 'Reconciling', status: 'False', reason: 'Stalled', message: '' }
      : { type: 'Reconciling', status: 'True', reason, message },
    ...(stuck ? [{ type: 'Stalled', status: 'True' as const, reason, message }] : []),
  ];
}

/** Reasons that only follow from servers not being there. */
const consequences: ReadonlySet<string> = new Set(['Generating', 'AdministratorUnknown', 'NotWritten', 'Unreachable']);

const starting = { reason: 'Starting', message: 'not every server is ready' };

/** What the API server says of pods that it refuses, and what to do about it in the spec. */
export function refusedPods(
  children: ConditionStatement | undefined,
): Pick<ConditionStatement, 'reason' | 'message'> | undefined {
  if (children?.reason !== 'PodsRefused') return undefined;
  const { reason, message } = children;
  const found = remedies.find(([about]) => about.test(message));
  return { reason, message: found ? `${message}; ${found[1]}` : message };
}

const remedies: readonly (readonly [about: RegExp, remedy: string])[] = [
  [/violates PodSecurity/, 'set spec.podSecurity restricted, or let the namespace take such pods'],
  [
    /exceeded quota.*(requests\.storage|persistentvolumeclaims=)/,
    'raise that ResourceQuota, or lower spec.replicas or the storage of spec.volume',
  ],
  [/exceeded quota/, 'raise that ResourceQuota, or lower spec.resources'],
];
