import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { ConfigMap, type Pod, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { clientTraffic, secretsAnnotation, trafficLabel } from '../render/pod.js';
import { clientServiceName } from '../render/services.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { askServer, type Server } from '../server/client.js';
import type { Identity } from '../server/exchange.js';
import { formatVersion } from '../server/version.js';
import type { Logins } from './administrator/logins.js';
import { observeAdoption, type Rivalry } from './adoption/observe.js';
import type { Deafness } from './cluster/disconnected.js';
import { observeSecrets, readsSecrets } from './credentials/revision.js';
import { currentPassword, knownKeys, missingKeys, unusableKeys } from './credentials/secret.js';
import { observeData } from './initial-data/observe.js';
import type { Observed, ObservedCredentials, ObservedMember } from './observed.js';
import {
  containerStatus,
  dataInPod,
  isReady,
  membersAnnotation,
  ordinalOf,
  podsOf,
  refreshedAnnotation,
  templateThatRuns,
  wipesRaft,
} from './pods/pods.js';
import { cannotRun } from './pods/problems.js';
import { loginOf } from './rollout/login.js';
import { observeConfigurations } from './rollout/observe.js';
import { secretValue } from './secret-value.js';
import { identity, serverOf, versionOfPod } from './servers.js';
import type { ObservedChildren } from './view.js';
import { observeVolumes } from './volumes/observe.js';

type Context = ClusterReader & { readonly signal: AbortSignal };

/**
 * Reads what a decision goes by: the API server, and every server of an instance, all at once. Decides nothing, writes
 * nothing.
 *
 * @param memory what servers said before
 */
export async function observe(
  nacos: NacosObject,
  children: ObservedChildren,
  context: Context,
  memory: { readonly deafness: Deafness; readonly logins: Logins; readonly rivalry: Rivalry },
): Promise<Observed> {
  const instance = resolve(nacos);
  const { names, authentication } = instance;
  const live = await liveObjects(instance, children, context);
  const read = secretReader(instance, children, context);
  const secret = authentication.identitySecret ? await read(authentication.identitySecret) : undefined;
  const own = readsSecrets(instance) ? await read(names.authSecret) : undefined;
  const shown = await identity(instance, secret, context);
  const pods = podsOf(instance, children.pods);
  const asked = await Promise.all(
    pods.map(async (pod): Promise<ObservedMember> => {
      const server = serverOf(instance, pod, shown);
      return {
        ...observedPod(pod, instance, live.statefulSet),
        ...(server && { server: await askServer(server, context.signal) }),
      };
    }),
  );
  const at = Date.now();
  const members = memory.deafness.seen(asked, new Map(pods.map(({ metadata: { name, uid } }) => [name, uid])));
  const serverIn = (pod: string) => serverNamed(pod, pods, instance, shown);
  const data = await observeData(nacos, members, serverIn, context);
  const adoption = await observeAdoption(nacos, { members, ...live }, context, memory.rivalry);
  const found = { members, ...(live.statefulSet && { statefulSet: live.statefulSet }) };
  const running = { ...live, ...(!live.statefulSet && pods[0] && { orphan: pods[0] }) };
  const clientsLogIn = loginOf(instance, templateThatRuns(running));
  const publicConfigurations = await observeConfigurations(instance, found, serverIn, context);
  const credentials = secret && observedCredentials(secret, own);
  const about = credentials && { members, credentials, at };
  const login = about && (await memory.logins.look(instance, about, serverIn, context.signal));
  return {
    at,
    members,
    ...running,
    volumes: await observeVolumes(nacos, instance, { members, ...live }, context),
    secrets: await observeSecrets(instance, own, read, shown),
    ...(adoption && { adoption }),
    ...(clientsLogIn !== undefined && { clientsLogIn }),
    ...(data && { data }),
    ...(publicConfigurations && { publicConfigurations }),
    ...(credentials && { credentials }),
    ...(login && { login }),
  };
}

type Live = Pick<Observed, 'statefulSet' | 'listed' | 'clientService'>;

/**
 * By their names, since a StatefulSet of that name may be no child: it was orphaned, comes from the official operator,
 * or is another's. Children are in the caches; for what is not there the API server is asked.
 */
async function liveObjects(instance: Instance, children: ObservedChildren, context: ClusterReader): Promise<Live> {
  const { names, namespace, servers } = instance;
  const byName = <T extends Stored>(objects: readonly T[], name: string) =>
    objects.find(({ metadata }) => metadata.name === name);
  const serviceName = clientServiceName(instance);
  const [statefulSet, list, clientService] = await Promise.all([
    byName(children.statefulSets, names.statefulSet) ?? context.get(StatefulSet, names.statefulSet, namespace),
    servers.mode === 'cluster'
      ? (byName(children.configMaps, names.members) ?? context.get(ConfigMap, names.members, namespace))
      : undefined,
    byName(children.services, serviceName) ?? context.get(Service, serviceName, namespace),
  ]);
  const lines = list?.data?.['cluster.conf']?.split('\n').filter(Boolean);
  return {
    ...(statefulSet && { statefulSet: statefulSet as Stored<StatefulSet> }),
    ...(lines && { listed: lines.length }),
    ...(clientService && { clientService: clientService as Stored<Service> }),
  };
}

function observedPod(
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
  const { container, members } = instance.names;
  const cluster = instance.servers.mode === 'cluster';
  const wipes = wipesRaft(pod, container);
  const fixedList = cluster && !pod.spec?.volumes?.some(({ configMap }) => configMap?.name === members);
  return {
    pod: name,
    ordinal: ordinalOf(name),
    ready: isReady(pod),
    outdated: updateRevision !== undefined && labels['controller-revision-hash'] !== updateRevision,
    halted: cannotRun(pod),
    // An embedded cluster has all in Raft, and its database is made from that (nacos:
    // DistributedDatabaseOperateImpl.init).
    volatile: dataInPod(pod, container) || (cluster && wipes),
    ...(wipes && { wipes }),
    ...(fixedList && { fixedList }),
    terminating: deletionTimestamp !== undefined,
    traffic: labels[trafficLabel] === clientTraffic[trafficLabel],
    unlabelled: labels[trafficLabel] === undefined,
    ...(!owned && { orphan: true }),
    ...(notified && { notified }),
    ...(created && { created }),
    ...(since && { since }),
    ...(refreshed && { refreshed }),
    ...(restarts && { restarts }),
    ...(version && { version: formatVersion(version) }),
    ...(secretsRevision && { secretsRevision }),
  };
}

function observedCredentials(secret: Secret, own: Secret | undefined): ObservedCredentials {
  const known = knownKeys(secret);
  return {
    ...(known.length > 0 && { known }),
    missing: missingKeys(secret),
    unusable: unusableKeys(secret),
    administratorPassword: secretValue(secret, 'administratorPassword'),
    currentAdministratorPassword: secretValue(own, currentPassword),
  };
}

function serverNamed(name: string, pods: readonly Stored<Pod>[], instance: Instance, identity?: Identity): Server {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  const server = pod && serverOf(instance, pod, identity);
  if (!server) throw new Error(`Pod ${name} has no address any more`);
  return server;
}

/** Those of the spec's plain text are in the caches; one that the user names is not, and is read once. */
function secretReader(
  { names, namespace, database, authentication }: Instance,
  { secrets, credentials }: ObservedChildren,
  context: ClusterReader,
): (name: string) => Promise<Stored<Secret> | undefined> {
  const ours: string[] = [
    ...(database.type === 'mysql' && database.plaintext ? [names.databaseSecret] : []),
    ...(authentication.plaintextToken ? [names.tokenSecret] : []),
  ];
  const reads = new Map<string, Promise<Stored<Secret> | undefined>>();
  return async (name) => {
    const own = [...credentials, ...secrets].find(({ metadata }) => metadata.name === name);
    if (own || ours.includes(name)) return own;
    const answer = reads.get(name) ?? context.get(Secret, name, namespace);
    reads.set(name, answer);
    return answer;
  };
}
