import type { ConditionStatement, Job, Pod, StatefulSet, Stored } from 'cdk8s-reconciler';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import { authReady } from './conditions/auth-ready.js';
import { dataReady } from './conditions/data-ready.js';
import { membersHealthy } from './conditions/members-healthy.js';
import { scaled, scaleInNotSupported } from './conditions/scaled.js';
import { schemaReady } from './conditions/schema-ready.js';
import { secretsProtected } from './conditions/secrets-protected.js';
import { settingsSupported } from './conditions/settings-supported.js';
import { versionManaged } from './conditions/version-managed.js';
import type { Facts } from './facts.js';
import { memberStatuses, surplus } from './members.js';
import { podsOf, podsOfJob } from './pods.js';
import { type Problem, podProblem } from './problems.js';

/** The children that a status is made of. */
export interface StatusChildren {
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly jobs: readonly Stored<Job>[];
  readonly pods: readonly Stored<Pod>[];
}

export type StatedStatus = Omit<NacosStatus, 'conditions'> & { readonly conditions: readonly ConditionStatement[] };

/** Members that form a cluster restart up to five times (measured on 3.0.3). */
const toleratedEnds = 6;

/**
 * What `kubectl get nacos` shows. Pure.
 *
 * @param standard Ready, Reconciling and Stalled as they follow from the children alone
 */
export function status(
  nacos: NacosObject,
  children: StatusChildren,
  facts: Facts,
  standard: readonly ConditionStatement[] = [],
): StatedStatus {
  const instance = resolve(nacos);
  const { names, servers } = instance;
  const own = children.statefulSets.find(({ metadata }) => metadata.name === names.statefulSet);
  const job = schemaJobName(instance) ?? '';
  const pods = podsOf(instance, children.pods);
  const jobProblem = podProblem(podsOfJob(job, children.pods), { at: facts.at, toleratedEnds: 0, lastWords: true });
  const schema = schemaReady(instance, children.jobs, jobProblem);
  const problem =
    podProblem(pods, { at: facts.at, toleratedEnds }) ?? (schema.status === 'False' ? jobProblem : undefined);
  const data = dataReady(nacos, facts);
  const conditions = [
    schema,
    authReady(instance, facts, nacos.status),
    data,
    membersHealthy(instance, facts),
    ...scaled(instance),
  ];
  const ready = facts.members.filter((member) => member.ready).length;
  const healthy = ready === servers.replicas && conditions.every(({ status }) => status === 'True');
  const stalled = standard.some(({ type, status }) => type === 'Stalled' && status === 'True');
  const stuck = stalled || (!healthy && (problem?.stuck ?? false));
  return {
    phase: stuck ? 'Failed' : healthy ? 'Running' : isScaling(nacos, instance) ? 'Scaling' : 'Creating',
    version: versionOf(facts) ?? nacos.status?.version,
    replicas: own?.status?.replicas ?? 0,
    readyReplicas: own?.status?.readyReplicas ?? 0,
    selector: selectorOf(own?.spec?.selector?.matchLabels ?? facts.selector ?? instance.selector),
    members: memberStatuses(instance, facts, nacos.status),
    filled: data.status === 'True' || (nacos.status?.filled === true && !lost(facts)),
    ...(nacos.spec.initialData && { seeded: facts.data?.found ? facts.data.seeded : (nacos.status?.seeded ?? []) }),
    conditions: [
      ...conditions,
      ...secretsProtected(instance),
      ...settingsSupported(instance),
      ...versionManaged(instance),
      ...(healthy || stalled ? [] : summary(conditions, problem, standard)),
    ],
  };
}

/** Whether servers that were filled have nothing any more. */
function lost({ data }: Facts): boolean {
  return data?.found === true && data.emptied;
}

/** From the moment that a running cluster is asked for another size until it is whole again. */
function isScaling({ status }: NacosObject, { servers }: Instance): boolean {
  if (servers.mode === 'standalone') return false;
  if (surplus(servers) > 0) return true;
  return status?.phase === 'Scaling' || (status?.phase === 'Running' && status.members?.length !== servers.replicas);
}

/** The selector of a StatefulSet can't change, so what is there is what render must go on with. */
function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function versionOf({ members }: Facts): string | undefined {
  return members.flatMap(({ server }) => (server?.reachable && server.version ? [server.version] : []))[0];
}

/** A cluster that is not whole is not ready, whatever its pods say; and whoever looks at Ready should read the cause. */
function summary(
  conditions: readonly ConditionStatement[],
  problem: Problem | undefined,
  standard: readonly ConditionStatement[],
): ConditionStatement[] {
  const obstacles = conditions.filter(({ status }) => status === 'False');
  const children = standard.find(({ type, status }) => type === 'Ready' && status === 'False');
  const clear = obstacles.find(({ reason }) => !consequences.has(reason));
  const { reason, message } = problem ?? clear ?? children ?? obstacles[0] ?? starting;
  const stuck = problem?.stuck || reason === scaleInNotSupported;
  return [
    { type: 'Ready', status: 'False', reason, message },
    stuck
      ? { type: 'Reconciling', status: 'False', reason: 'Stalled', message: '' }
      : { type: 'Reconciling', status: 'True', reason, message },
    ...(stuck ? [{ type: 'Stalled', status: 'True' as const, reason, message }] : []),
  ];
}

/** Reasons that only follow from servers not being there. */
const consequences: ReadonlySet<string> = new Set(['Generating', 'NotAsked', 'NotWritten', 'Unreachable']);

const starting = { reason: 'Starting', message: 'not every server is ready' };
