import type { Job, Pod, StatefulSet, Stored } from 'cdk8s-reconciler';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import type { Facts, MemberFacts } from './facts.js';
import { type Problem, podProblem } from './problems.js';

/** The children that a status is made of. */
export interface StatusChildren {
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly jobs: readonly Stored<Job>[];
  readonly pods: readonly Stored<Pod>[];
}

/** A condition without the time of its last change, which the loop keeps. */
interface Statement {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export type StatedStatus = Omit<NacosStatus, 'conditions'> & { readonly conditions: readonly Statement[] };

/** What `kubectl get nacos` shows. Pure. */
export function status(nacos: NacosObject, children: StatusChildren, facts: Facts): StatedStatus {
  const instance = resolve(nacos);
  const own = children.statefulSets.find(({ metadata }) => metadata.name === instance.names.statefulSet);
  const conditions = [
    schemaReady(instance, children.jobs),
    authReady(instance, facts),
    membersHealthy(instance, facts),
    ...scaleIn(instance),
  ];
  const problem = podProblem(children.pods);
  const complete = facts.members.length === instance.servers.replicas && facts.members.every(({ ready }) => ready);
  const healthy = complete && conditions.every(({ status }) => status === 'True');
  const scaling =
    own !== undefined && nacos.status?.phase === 'Running' && own.status?.replicas !== instance.servers.replicas;
  const stuck = !healthy && problem?.stuck;
  return {
    phase: healthy
      ? 'Running'
      : stuck
        ? 'Failed'
        : scaling || (nacos.status?.phase === 'Scaling' && !complete)
          ? 'Scaling'
          : 'Creating',
    version: versionOf(facts) ?? nacos.status?.version,
    replicas: own?.status?.replicas ?? 0,
    readyReplicas: own?.status?.readyReplicas ?? 0,
    selector: selectorOf(own, instance),
    members: facts.members.map((member) => memberStatus(member, nacos)),
    conditions: [...conditions, ...(healthy ? [] : summary(conditions, problem))],
  };
}

/** The selector of a StatefulSet can't change, so what is there is what render must go on with. */
function selectorOf(own: StatefulSet | undefined, { selector }: Instance): string {
  return Object.entries(own?.spec?.selector?.matchLabels ?? selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function versionOf({ members }: Facts): string | undefined {
  return members.flatMap(({ server }) => (server?.reachable && server.version ? [server.version] : []))[0];
}

/** A cluster that is not whole is not ready, whatever its pods say. */
function summary(conditions: readonly Statement[], problem: Problem | undefined): Statement[] {
  const obstacle = conditions.find(({ status }) => status !== 'True');
  const { reason, message } = problem ?? obstacle ?? { reason: 'Starting', message: 'not every server is ready' };
  const stalled = problem?.stuck ?? false;
  return [
    { type: 'Ready', status: 'False', reason, message },
    stalled
      ? { type: 'Reconciling', status: 'False', reason: 'Stalled', message: '' }
      : { type: 'Reconciling', status: 'True', reason, message },
    {
      type: 'Stalled',
      status: stalled ? 'True' : 'False',
      reason: stalled ? reason : 'Progressing',
      message: stalled ? message : '',
    },
  ];
}

function schemaReady(instance: Instance, jobs: StatusChildren['jobs']): Statement {
  const type = 'SchemaReady';
  const name = schemaJobName(instance);
  if (!name) {
    const message =
      instance.database.type === 'mysql' ? 'spec.database.schema is External' : 'the embedded database creates its own';
    return { type, status: 'True', reason: 'NotManaged', message };
  }
  const job = jobs.find(({ metadata }) => metadata.name === name);
  if (isComplete(job)) return { type, status: 'True', reason: 'Complete', message: '' };
  const message = `Job ${name} has not ended: it waits for the database or can't log in, see kubectl logs job/${name}`;
  return { type, status: 'False', reason: job?.status?.failed ? 'Retrying' : 'Waiting', message };
}

export function isComplete(job: Job | undefined): boolean {
  return job?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;
}

function authReady({ authentication, names }: Instance, facts: Facts): Statement {
  const type = 'AuthReady';
  const secret = authentication.identitySecret;
  if (!secret) return { type, status: 'True', reason: 'Off', message: 'nobody has to log in' };
  if (!facts.missingKeys) {
    const message = `Secret ${secret} does not exist; create it with the keys token, identityKey, identityValue and administratorPassword`;
    return { type, status: 'False', reason: secret === names.authSecret ? 'Generating' : 'SecretMissing', message };
  }
  const answers = facts.members.flatMap(({ server }) => (server?.reachable ? [server.administratorMissing] : []));
  if (answers.includes(false) && !answers.includes(true))
    return { type, status: 'True', reason: 'AdministratorSet', message: '' };
  if (answers.includes(true) && !facts.administratorPassword) {
    const message = `Secret ${secret} has no key administratorPassword; add it, or set a password in the console through kubectl port-forward`;
    return { type, status: 'False', reason: 'PasswordMissing', message };
  }
  return { type, status: 'False', reason: 'Waiting', message: 'no server is ready to be asked for its administrator' };
}

function membersHealthy({ servers }: Instance, { members }: Facts): Statement {
  const type = 'MembersHealthy';
  const silent = members.filter(({ server }) => !server?.reachable);
  if (members.length < servers.replicas || silent.length > 0) {
    const list = silent
      .map(({ pod, server }) => `${pod} (${server && !server.reachable ? server.reason : 'no address'})`)
      .join(', ');
    const message = `${members.length - silent.length} of ${servers.replicas} servers answer${list && `; not ${list}`}`;
    return { type, status: 'False', reason: 'Unreachable', message };
  }
  const ill = members.filter((member) => servers.mode === 'cluster' && stateOf(member) !== 'UP');
  if (ill.length > 0) {
    const message = ill.map((member) => `${member.pod} is ${stateOf(member)}`).join(', ');
    return { type, status: 'False', reason: 'NotUp', message };
  }
  const groups = leaderless(members);
  if (groups.length > 0)
    return {
      type,
      status: 'False',
      reason: 'NoLeader',
      message: `members do not agree on a leader of ${groups.join(', ')}`,
    };
  return { type, status: 'True', reason: 'Healthy', message: '' };
}

/** Present only while members would have to be removed. */
function scaleIn({ servers }: Instance): Statement[] {
  if (servers.mode === 'standalone' || servers.asked >= servers.replicas) return [];
  const message = `spec.replicas is ${servers.asked}, and the cluster has ${servers.replicas} members: removing members of a live cluster is not supported yet, set spec.replicas back to ${servers.replicas}`;
  return [{ type: 'Scaled', status: 'False', reason: 'ScaleInNotSupported', message }];
}

/** Groups for which some member sees no leader, or another one than the rest. */
function leaderless(members: readonly MemberFacts[]): string[] {
  const seen = new Map<string, Set<string>>();
  for (const { server } of members) {
    if (!server?.reachable) continue;
    for (const [group, leader] of Object.entries(server.leaders))
      seen.set(group, (seen.get(group) ?? new Set()).add(leader));
  }
  return [...seen].filter(([, leaders]) => leaders.size > 1 || leaders.has('')).map(([group]) => group);
}

function stateOf({ server }: MemberFacts): string {
  return server?.reachable ? (server.state ?? 'UP') : 'Unreachable';
}

function memberStatus(member: MemberFacts, { status }: NacosObject): NonNullable<NacosStatus['members']>[number] {
  const { pod, server } = member;
  const facts = server?.reachable ? server : undefined;
  const state = stateOf(member);
  const before = status?.members?.find((one) => one.pod === pod);
  const leaderOf = Object.entries(facts?.leaders ?? {}).flatMap(([group, leader]) =>
    leader === facts?.raftAddress ? [group] : [],
  );
  return {
    pod,
    state,
    ...(facts?.address && { address: facts.address }),
    ...(facts?.version && { version: facts.version }),
    ...(leaderOf.length > 0 && { leaderOf: leaderOf.sort() }),
    ...(before?.state === state && before.lastTransitionTime && { lastTransitionTime: before.lastTransitionTime }),
  };
}
