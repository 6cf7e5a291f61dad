import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { type Pod, Secret, StatefulSet } from 'cdk8s-reconciler';
import { variable } from '../render/environment.js';
import { contextPath } from '../render/probes.js';
import { isAuthReady } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { askServer, type Server } from '../server/client.js';
import type { Identity } from '../server/exchange.js';
import { currentPassword, identityOf, missingKeys, secretValue, unusableKeys } from './credentials.js';
import type { Facts, MemberFacts } from './facts.js';
import { observeData } from './initial-data/observe.js';
import { ordinalOf, podsOf } from './pods.js';

/** What `observe` knows already. */
export interface ObservedChildren {
  readonly pods: readonly Stored<Pod>[];
  readonly secrets: readonly Stored<Secret>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
}

type Context = ClusterReader & { readonly signal: AbortSignal };

/** Asks every server of an instance, all at once. Reads only. */
export async function observe(nacos: NacosObject, children: ObservedChildren, context: Context): Promise<Facts> {
  const instance = resolve(nacos);
  const secret = await authenticationSecret(instance, children.secrets, context);
  const shown = await identity(instance, secret, context);
  const unsure = instance.authentication.identitySecret !== undefined && !isAuthReady(nacos);
  const ask = (pod: Stored<Pod>) => member(pod, instance, shown, unsure, context.signal);
  const selector = await foreignSelector(nacos, children.statefulSets, context);
  const pods = podsOf(instance, children.pods);
  const members = await Promise.all(pods.map(ask));
  const data = await observeData(nacos, members, (pod) => serverAt(instance, addressOf(pods, pod), shown), context);
  return {
    members,
    at: Date.now(),
    ...(data && { data }),
    ...(selector && { selector }),
    ...(secret && {
      credentials: {
        missing: missingKeys(secret),
        unusable: unusableKeys(secret),
        administratorPassword: secretValue(secret, 'administratorPassword'),
        currentAdministratorPassword: secretValue(secret, currentPassword),
      },
    }),
  };
}

async function member(
  { metadata, status }: Stored<Pod>,
  instance: Instance,
  shown: Identity | undefined,
  unsure: boolean,
  signal: AbortSignal,
): Promise<MemberFacts> {
  const address = metadata.deletionTimestamp ? undefined : status?.podIP;
  return {
    pod: metadata.name,
    ordinal: ordinalOf(metadata.name),
    ready:
      !metadata.deletionTimestamp &&
      (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false),
    ...(address && { server: await askServer(serverAt(instance, address, shown), unsure, signal) }),
  };
}

function addressOf(pods: readonly Stored<Pod>[], name: string): string {
  return pods.find(({ metadata }) => metadata.name === name)?.status?.podIP ?? '';
}

export function serverAt(instance: Instance, address: string, identity?: Identity): Server {
  return {
    address,
    contextPath: contextPath(instance, 'http'),
    consolePath: contextPath(instance, 'console'),
    api: instance.profile.api,
    ...(identity && { identity }),
  };
}

/** Ours is among the children; one that the user names is not. */
async function authenticationSecret(
  { authentication, names, namespace }: Instance,
  secrets: readonly Stored<Secret>[],
  context: ClusterReader,
): Promise<Secret | undefined> {
  const name = authentication.identitySecret;
  if (!name) return undefined;
  const own = secrets.find(({ metadata }) => metadata.name === name);
  return own ?? (name === names.authSecret ? undefined : context.get(Secret, name, namespace));
}

/** What the servers take for one of their own: of the user's environment, which wins over what we render, or of the Secret. */
export async function identity(
  instance: Instance,
  secret: Secret | undefined,
  context: ClusterReader,
): Promise<Identity | undefined> {
  const [key, value] = await Promise.all(
    ['NACOS_AUTH_IDENTITY_KEY', 'NACOS_AUTH_IDENTITY_VALUE'].map(async (name) => {
      const found = variable(instance, name);
      const from = found?.valueFrom?.secretKeyRef;
      if (!from?.name) return found?.value;
      return secretValue(await context.get(Secret, from.name, instance.namespace), from.key);
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
