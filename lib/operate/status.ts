import type { ConditionStatement, Stored } from 'cdk8s-reconciler';
import type { Job, Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import { authReady } from './conditions/auth-ready.js';
import { dataReady } from './conditions/data-ready.js';
import { membersHealthy } from './conditions/members-healthy.js';
import { refusals, rolledOut } from './conditions/rolled-out.js';
import { isScaling, scaled } from './conditions/scaled.js';
import { schemaReady } from './conditions/schema-ready.js';
import { secretsProtected } from './conditions/secrets-protected.js';
import { settingsSupported } from './conditions/settings-supported.js';
import { versionManaged } from './conditions/version-managed.js';
import { volumesResized } from './conditions/volumes-resized.js';
import type { Facts } from './facts.js';
import { memberStatuses } from './members.js';
import { membershipStep } from './membership.js';
import { podsOf, podsOfJob } from './pods.js';
import { type Problem, podProblem, toleratedEnds } from './problems.js';
import { quorumLost } from './quorum.js';
import { statedSecrets } from './secrets-revision.js';
import { versionReached } from './versions.js';
import { isLess } from './volumes.js';

/** The children that a status is made of. */
export interface StatusChildren {
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly jobs: readonly Stored<Job>[];
  readonly pods: readonly Stored<Pod>[];
}

export type StatedStatus = Omit<NacosStatus, 'conditions'> & { readonly conditions: readonly ConditionStatement[] };

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
  const ofPods = podProblem(pods, { at: facts.at, toleratedEnds });
  const problem = worst([
    quorumLost(instance, facts, nacos.status, ofPods),
    ofPods,
    schema.status === 'False' ? jobProblem : undefined,
  ]);
  const data = dataReady(nacos, facts);
  const resized = volumesResized(instance, facts);
  const conditions = [
    schema,
    authReady(instance, facts, nacos.status),
    data,
    membersHealthy(instance, facts),
    ...scaled(instance, facts),
    ...rolledOut(instance, facts, nacos.status),
    ...resized.filter(({ reason }) => refusals.has(reason)),
  ];
  const ready = facts.members.filter((member) => member.ready).length;
  // Until its controller has seen a changed StatefulSet, nobody knows which servers have to follow.
  const known = facts.live?.seen !== false;
  const healthy = known && ready === servers.replicas && conditions.every(({ status }) => status === 'True');
  const stalled = standard.some(({ type, status }) => type === 'Stalled' && status === 'True');
  const refused = conditions.some(({ status, reason }) => status === 'False' && refusals.has(reason));
  const stuck = stalled || (!healthy && (problem?.stuck || refused));
  const volumeSize = smallest(facts);
  return {
    phase: stuck ? 'Failed' : healthy ? 'Running' : isScaling(instance) ? 'Scaling' : 'Creating',
    version: versionReached(instance, facts, nacos.status),
    desiredReplicas: servers.mode === 'cluster' ? servers.asked : servers.replicas,
    replicas: own?.status?.replicas ?? 0,
    readyReplicas: own?.status?.readyReplicas ?? 0,
    selector: selectorOf(own?.spec?.selector?.matchLabels ?? facts.selector ?? instance.selector),
    ...(volumeSize && { volumeSize }),
    members: memberStatuses(instance, facts, nacos.status),
    ...membershipOf(nacos, instance, facts),
    ...statedSecrets(instance, facts, nacos.status),
    filled: data.status === 'True' || (nacos.status?.filled === true && !lost(facts)),
    ...(nacos.spec.initialData && { seeded: facts.data?.found ? facts.data.seeded : (nacos.status?.seeded ?? []) }),
    conditions: [
      ...conditions,
      ...secretsProtected(instance),
      ...settingsSupported(instance),
      ...versionManaged(instance),
      ...resized.filter(({ reason }) => !refusals.has(reason)),
      ...(healthy || stalled ? [] : summary(conditions, problem, standard)),
    ],
  };
}

function worst(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.find((problem) => problem?.stuck) ?? problems.find((problem) => problem);
}

/** Whether servers that were filled have nothing any more. */
function lost({ data }: Facts): boolean {
  return data?.found === true && data.emptied;
}

/** The selector of a StatefulSet can't change, so what is there is what render must go on with. */
function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** From here on a cluster's size changes only by steps; after a lost status it is what is there. */
function membershipOf({ status }: NacosObject, instance: Instance, facts: Facts): Pick<NacosStatus, 'membership'> {
  const { live } = facts;
  if (instance.servers.mode !== 'cluster' || !live) return status?.membership ? { membership: status.membership } : {};
  if (!status?.membership) return { membership: { members: live.members ?? live.servers, servers: live.servers } };
  const step = membershipStep(instance, facts);
  if (step?.type !== 'Resize') return { membership: status.membership };
  return { membership: { members: step.members, servers: step.servers } };
}

/** What the rule against shrinking goes by. */
function smallest({ volumes }: Facts): string | undefined {
  const sizes = volumes?.claims.map(({ requested }) => requested) ?? [];
  return sizes.reduce<string | undefined>((least, size) => (least && !isLess(size, least) ? least : size), undefined);
}

/** A cluster that is not whole is not ready, whatever its pods say; and whoever looks at Ready should read the cause. */
function summary(
  conditions: readonly ConditionStatement[],
  problem: Problem | undefined,
  standard: readonly ConditionStatement[],
): ConditionStatement[] {
  const obstacles = conditions.filter(({ status }) => status === 'False');
  const children = standard.find(({ type, status }) => type === 'Ready' && status === 'False');
  // What is refused waits for a human, whatever else is not well meanwhile.
  const refusal = obstacles.find(({ reason }) => refusals.has(reason));
  const clear = obstacles.find(({ reason }) => !consequences.has(reason));
  const { reason, message } = problem ?? refusal ?? clear ?? children ?? obstacles[0] ?? starting;
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
const consequences: ReadonlySet<string> = new Set(['Generating', 'NotAsked', 'NotWritten', 'Unreachable']);

const starting = { reason: 'Starting', message: 'not every server is ready' };
