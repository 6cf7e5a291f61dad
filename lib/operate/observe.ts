import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { ConfigMap, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { clientServiceName } from '../render/services.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { askServer } from '../server/client.js';
import type { Logins } from './administrator/logins.js';
import { observeAdoption, type Rivalry } from './adoption/observe.js';
import type { Deafness } from './cluster/disconnected.js';
import { observeSecrets, readsSecrets } from './credentials/revision.js';
import { observedCredentials } from './credentials/secret.js';
import { observeData } from './initial-data/observe.js';
import type { Observed, ObservedMember } from './observed.js';
import { observedPod, observeInTheWay } from './pods/observe.js';
import { podsOf, templateThatRuns } from './pods/pods.js';
import { loginOf } from './rollout/login.js';
import { observeConfigurations } from './rollout/observe.js';
import { identity, serverNamed, serverOf } from './servers.js';
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
  const read = secretReader(instance, children, context);
  const live = await liveObjects(instance, children, context);
  const secret = authentication.identitySecret ? await read(authentication.identitySecret) : undefined;
  const own = readsSecrets(instance) ? await read(names.authSecret) : undefined;
  const shown = await identity(instance, secret, context);
  const pods = podsOf(instance, children.pods);
  const serverIn = (pod: string) => serverNamed(pod, pods, instance, shown);
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
  const data = await observeData(nacos, members, serverIn, context);
  const adoption = await observeAdoption(nacos, { members, ...live }, context, memory.rivalry);
  const found = { members, ...(live.statefulSet && { statefulSet: live.statefulSet }) };
  const running = { ...live, ...(!live.statefulSet && pods[0] && { orphan: pods[0] }) };
  const clientsLogIn = loginOf(instance, templateThatRuns(running));
  const inTheWay = await observeInTheWay(instance, found, context);
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
    ...(inTheWay.length > 0 && { inTheWay }),
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
