import type { ConditionStatement } from 'cdk8s-reconciler';
import { effectiveOf } from '../../render/effective.js';
import type { Settings } from '../../resource/effective/doors.js';
import { effective } from '../../resource/effective/effective.js';
import type { Cluster, Instance, Size } from '../../resource/resolve.js';
import { mostServers } from '../../resource/spec.js';
import { parseVersion } from '../../server/version.js';
import { firstOrdinals, incompleteness, unhealthyMembers } from '../cluster/members.js';
import { fails, type Opinion } from '../feature.js';
import type { Observed } from '../observed.js';
import { templateThatRuns } from '../pods/pods.js';
import type { View } from '../view.js';
import { dataFound, membersBefore } from '../volumes/claims.js';
import { domainOfMembers } from '../volumes/mark-step.js';
import { type MembershipStep, membershipStep, type Wait } from './step.js';

interface Membership extends Opinion<MembershipStep> {
  /** What the cluster does about its size, or waits for. */
  readonly scaling: MembershipStep | Wait | undefined;
  /** Ordinal of the member that was added last, as long as it is the only one that is not well. */
  readonly joining?: number;
}

/** @param obstacle why the StatefulSet cannot change now */
export function membership(view: View, obstacle: string | undefined): Membership {
  const { instance, observed } = view;
  const { servers } = instance;
  const scaling = membershipStep(instance, observed, obstacle);
  if (servers.mode === 'standalone') return { scaling };
  const joining = joiningMember(view);
  const renamed = namesObstacle(view);
  const why = joining === undefined ? undefined : incompleteness(instance, observed, servers.members.length);
  return {
    scaling,
    ...(scaling && scaling.type !== 'Wait' && { step: scaling }),
    ...(joining !== undefined && { joining }),
    conditions: [
      ...(renamed ? [fails('NamesKept', 'DomainChangeRefused', renamed)] : []),
      ...scaled(servers, scaling, why),
    ],
  };
}

/** The report before says that the cluster was growing; without it a member that starts is one that is not well. */
function joiningMember({ instance, observed, before }: View): number | undefined {
  const { servers } = instance;
  const scaling = before?.conditions?.some(({ type, status }) => type === 'Scaled' && status === 'False');
  const last = servers.replicas - 1;
  if (!scaling || last < 1 || unhealthyMembers(instance, observed, firstOrdinals(last))) return undefined;
  return incompleteness(instance, observed, servers.replicas) === undefined ? undefined : last;
}

/**
 * Present only while a cluster does not have the desired size, the member that was added last has not joined yet, or
 * one that was to leave and stays gets no clients.
 *
 * @param joining why that member is not well
 */
function scaled(
  servers: Cluster,
  step: MembershipStep | Wait | undefined,
  joining: string | undefined,
): ConditionStatement[] {
  const { desired, members, replicas } = servers;
  const whole = desired === members.length && replicas === members.length && !joining;
  if (whole && step?.type !== 'EnableTraffic') return [];
  const waits = step?.type === 'Wait';
  const reason = waits && step.refused ? 'SizeRefused' : waits || !step ? 'Waiting' : 'Scaling';
  const next = step?.message ?? joining ?? 'the servers are not there yet';
  return [fails('Scaled', reason, `${members.length} of ${desired} members; ${next}`)];
}

/**
 * Members in another domain, or with another port, are others to Raft: the former ones would stay as voters. Before any
 * has answered there is nothing to lose.
 */
export function namesObstacle(view: View): string | undefined {
  if (view.instance.servers.mode !== 'cluster' || !view.version) return undefined;
  return domainObstacle(view) ?? portObstacle(view);
}

function domainObstacle(view: View): string | undefined {
  const { names, namespace, domain } = view.instance;
  const former = domainOfMembers(view);
  if (!former || former === domain) return undefined;
  const where = `${names.headless}.${namespace}.svc.`;
  const [field, remedy] = former.startsWith(where)
    ? ['spec.clusterDomain', `set it back to ${former.slice(where.length)}`]
    : ['metadata', 'make a Nacos of the name and in the namespace that they had'];
  return `${field}: members have names in ${former}, and in ${domain} each would be another one to Raft; ${remedy}, or move the data to a second Nacos (docs/moving-data.md)`;
}

/** Also, all clients would be led to a port on which no server listens yet. */
function portObstacle({ instance, observed, version = '' }: View): string | undefined {
  const containers = templateThatRuns(observed)?.spec?.containers;
  const live = containers?.find(({ name }) => name === instance.names.container);
  const running = parseVersion(version);
  if (!live || !running) return undefined;
  const former = effective(live as Settings, running).httpPort;
  const { httpPort } = effectiveOf(instance);
  if (httpPort === former) return undefined;
  return `port ${httpPort}: members are known by port ${former}, and with another each would be another one to Raft; set it back (NACOS_APPLICATION_PORT in spec.env, or the property of the port)`;
}

/**
 * Size of a cluster as it runs, by the live list of members, the live StatefulSet and the pods, and where none of these
 * is there by what its claims say; undefined where nothing has run, so that all desired members start at once. Neither
 * a status nor the spec counts: they may be lost, restored or ahead of what runs.
 */
export function runningSize(
  { servers }: Instance,
  { statefulSet, listed, members, volumes }: Observed,
): Size | undefined {
  if (servers.mode === 'standalone') return undefined;
  const staying = members.filter(({ terminating }) => !terminating);
  const pods = Math.max(0, ...staying.map(({ ordinal }) => ordinal + 1));
  const had = (pods > 0 ? dataFound({ members, volumes })?.members : membersBefore(volumes.claims)) ?? 0;
  // Servers whose StatefulSet and pods were deleted come back. A list alone was written before the first servers.
  if (!statefulSet && pods === 0) {
    const size = Math.max(had, volumes.claims.length > 0 ? (listed ?? 0) : 0);
    return size > 0 ? { members: size, servers: size } : undefined;
  }
  // The pods of a former Nacos go one after the other, with what Raft has of them on the claims.
  const replicas = statefulSet ? (statefulSet.spec?.replicas ?? 1) : Math.max(pods, listed ?? 0, had);
  return { members: Math.max(1, listed ?? Math.min(replicas, mostServers)), servers: replicas };
}
