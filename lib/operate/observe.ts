import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { type ConfigMap, type Job, type Pod, Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { contextPath, effectiveOf, portsOf } from '../render/effective.js';
import { secretsAnnotation, servingClients, versionAnnotation } from '../render/pod.js';
import { isAuthReady } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { askServer, type Server } from '../server/client.js';
import type { Identity } from '../server/exchange.js';
import { profileOf } from '../server/profiles.js';
import { parseVersion, versionOfImage } from '../server/version.js';
import { currentPassword, identityOf, missingKeys, revisionKey, secretValue, unusableKeys } from './credentials.js';
import type { Facts, LiveFacts, MemberFacts } from './facts.js';
import { statefulSetObstacle } from './hold.js';
import { observeData } from './initial-data/observe.js';
import { containerStatus, isReady, membersAnnotation, ordinalOf, podsOf, refreshedAnnotation } from './pods.js';
import { cannotRun } from './problems.js';
import { readsSecrets, secretsRevision } from './secrets-revision.js';
import { volumeFacts } from './volumes.js';

/** What `observe` knows already. */
export interface ObservedChildren {
  readonly pods: readonly Stored<Pod>[];
  readonly secrets: readonly Stored<Secret>[];
  readonly jobs: readonly Stored<Job>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly configMaps: readonly Stored<ConfigMap>[];
}

type Context = ClusterReader & { readonly signal: AbortSignal };

/** Asks every server of an instance, all at once. Reads only. */
export async function observe(nacos: NacosObject, children: ObservedChildren, context: Context): Promise<Facts> {
  const instance = resolve(nacos);
  const read = secretReader(instance, children.secrets, context);
  const { identitySecret } = instance.authentication;
  const secret = identitySecret ? await read(identitySecret) : undefined;
  const own = await read(instance.names.authSecret);
  const unusable = secret ? unusableKeys(secret) : [];
  // Servers would not start with it, or not serve.
  const revision = unusable.length > 0 ? undefined : await secretsRevision(instance, own, read);
  const shown = await identity(instance, secret, context);
  const unsure = identitySecret !== undefined && !isAuthReady(nacos);
  const live = children.statefulSets.find(({ metadata }) => metadata.name === instance.names.statefulSet);
  const ask = async (pod: Stored<Pod>): Promise<MemberFacts> => ({
    ...podFacts(pod, instance.names.container, live),
    ...(await serverFacts(pod, instance, shown, unsure, context.signal)),
  });
  const selector = await foreignSelector(nacos, children.statefulSets, context);
  const pods = podsOf(instance, children.pods);
  const members = await Promise.all(pods.map(ask));
  const data = await observeData(nacos, members, (pod) => serverNamed(pod, pods, instance, shown), context);
  const held = statefulSetObstacle(nacos, children);
  const count = Math.max(instance.servers.replicas, live?.spec?.replicas ?? 0);
  return {
    members,
    volumes: await volumeFacts(instance, count, live, context),
    at: Date.now(),
    ...(live && { live: liveFacts(instance, live, children.configMaps) }),
    ...(held && { held }),
    ...(data && { data }),
    ...(selector && { selector }),
    ...(revision && { secretsRevision: revision }),
    revisionKeyMissing: own !== undefined && readsSecrets(instance) && !secretValue(own, revisionKey),
    ...(secret && {
      credentials: {
        missing: missingKeys(secret),
        unusable,
        administratorPassword: secretValue(secret, 'administratorPassword'),
        currentAdministratorPassword: secretValue(own, currentPassword),
      },
    }),
  };
}

function liveFacts(
  { names }: Instance,
  { metadata, spec, status }: Stored<StatefulSet>,
  configMaps: readonly Stored<ConfigMap>[],
): LiveFacts {
  const list = configMaps.find(({ metadata }) => metadata.name === names.members)?.data?.['cluster.conf'];
  const secretsRevision = spec?.template.metadata?.annotations?.[secretsAnnotation];
  return {
    servers: spec?.replicas ?? 1,
    seen: status?.observedGeneration === metadata.generation,
    ...(list !== undefined && { members: list.split('\n').filter(Boolean).length }),
    ...(secretsRevision && { secretsRevision }),
  };
}

function podFacts(pod: Stored<Pod>, container: string, statefulSet: Stored<StatefulSet> | undefined): MemberFacts {
  const { name, labels = {}, annotations = {} } = pod.metadata;
  const { updateRevision } = statefulSet?.status ?? {};
  const [label, value] = Object.entries(servingClients)[0]!;
  const told = Number(annotations[membersAnnotation]);
  const refreshed = annotations[refreshedAnnotation];
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  const { restartCount: restarts, state } = containerStatus(pod, container) ?? {};
  const since = Date.parse(state?.running?.startedAt ?? '');
  return {
    pod: name,
    ordinal: ordinalOf(name),
    ready: isReady(pod),
    outdated: updateRevision !== undefined && labels['controller-revision-hash'] !== updateRevision,
    halted: cannotRun(pod),
    ending: pod.metadata.deletionTimestamp !== undefined,
    serves: labels[label] === value,
    ...(told && { told }),
    ...(created && { created }),
    ...(since && { since }),
    ...(refreshed && { refreshed }),
    ...(restarts && { restarts }),
  };
}

async function serverFacts(
  pod: Stored<Pod>,
  instance: Instance,
  shown: Identity | undefined,
  unsure: boolean,
  signal: AbortSignal,
): Promise<Pick<MemberFacts, 'server'>> {
  const server = serverOf(instance, pod, shown);
  return server ? { server: await askServer(server, unsure, signal) } : {};
}

/** Undefined while the pod has no address, or is on its way out. */
export function serverOf(instance: Instance, pod: Stored<Pod>, identity?: Identity): Server | undefined {
  const address = pod.metadata.deletionTimestamp ? undefined : pod.status?.podIP;
  if (!address) return undefined;
  return {
    address,
    contextPath: contextPath(instance, 'http'),
    consolePath: contextPath(instance, 'console'),
    ports: portsOf(instance),
    api: profileOf(versionIn(pod, instance)).api,
    ...(identity && { identity }),
  };
}

function serverNamed(name: string, pods: readonly Stored<Pod>[], instance: Instance, identity?: Identity): Server {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  const server = pod && serverOf(instance, pod, identity);
  if (!server) throw new Error(`Pod ${name} has no address any more`);
  return server;
}

/** During an upgrade, pods differ; those of before there was the annotation tell by their image. */
function versionIn({ metadata, spec }: Stored<Pod>, { names, version }: Instance) {
  const image = spec?.containers.find(({ name }) => name === names.container)?.image ?? '';
  return parseVersion(metadata.annotations?.[versionAnnotation] ?? '') ?? versionOfImage(image) ?? version;
}

/** Ours are among the children; one that the user names is not, and is asked for once. */
function secretReader(
  { names, namespace }: Instance,
  secrets: readonly Stored<Secret>[],
  context: ClusterReader,
): (name: string) => Promise<Secret | undefined> {
  const ours: string[] = [names.authSecret, names.databaseSecret, names.tokenSecret];
  const asked = new Map<string, Promise<Secret | undefined>>();
  return async (name) => {
    const own = secrets.find(({ metadata }) => metadata.name === name);
    if (own || ours.includes(name)) return own;
    const answer = asked.get(name) ?? context.get(Secret, name, namespace);
    asked.set(name, answer);
    return answer;
  };
}

/** What the servers take for one of their own, by whatever door they have it. */
export async function identity(
  instance: Instance,
  secret: Secret | undefined,
  context: ClusterReader,
): Promise<Identity | undefined> {
  const { identityKey, identityValue } = effectiveOf(instance).authentication;
  const [key, value] = await Promise.all(
    [identityKey, identityValue].map(async ({ door, value, from }) => {
      const { name, key } = from?.secretKeyRef ?? {};
      if (door === 'image' || !name || !key) return door === 'image' ? undefined : value;
      return secretValue(await context.get(Secret, name, instance.namespace), key);
    }),
  );
  return key && value ? { key, value } : identityOf(secret);
}

/** The official operator's StatefulSet has the object's labels of the day in its selector (Kind.go), and lacks the label of our caches. */
async function foreignSelector(
  { metadata, status }: NacosObject,
  known: readonly StatefulSet[],
  context: ClusterReader,
): Promise<Facts['selector']> {
  if (known.length > 0 || status?.selector) return undefined;
  const found = await context.get(StatefulSet, metadata.name, metadata.namespace);
  const isOurs = found?.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid);
  return isOurs ? found?.spec?.selector?.matchLabels : undefined;
}
