import type { ActContext, ClusterReader, Stored } from 'cdk8s-reconciler';
import { Pod, Secret } from 'cdk8s-reconciler/kinds';
import { effectiveOf, portsIn } from '../render/effective.js';
import { versionAnnotation } from '../render/pod.js';
import type { Settings } from '../resource/effective/doors.js';
import { effective } from '../resource/effective/effective.js';
import type { Instance } from '../resource/resolve.js';
import type { Server } from '../server/client.js';
import type { Identity } from '../server/exchange.js';
import { profileOf } from '../server/profiles.js';
import { parseVersion, type Version, versionOfImage } from '../server/version.js';
import type { ObservedMember } from './observed.js';
import { identityOf, secretValue } from './secret-value.js';

/** Undefined while the pod has no address, or is being deleted. */
export function serverOf(instance: Instance, pod: Stored<Pod>, identity?: Identity): Server | undefined {
  const address = pod.metadata.deletionTimestamp ? undefined : pod.status?.podIP;
  if (!address) return undefined;
  const { version, runs } = settingsOf(pod, instance);
  return {
    address,
    contextPath: runs.contextPath,
    consolePath: runs.console?.contextPath ?? '',
    ports: portsIn(runs),
    // During an upgrade, pods differ.
    api: profileOf(version).api,
    ...(identity && { identity }),
  };
}

/** Until its pod is replaced, a server listens where it did before, whatever the spec says by now. */
function settingsOf(pod: Stored<Pod>, instance: Instance) {
  const version = versionOfPod(pod, instance) ?? instance.version;
  const container = pod.spec?.containers.find(({ name }) => name === instance.names.container);
  return { version, runs: container ? effective(container as Settings, version) : effectiveOf(instance) };
}

/** Ports on which the server in a pod listens; undefined where they come by reference. */
export function portsOfPod(pod: Stored<Pod>, instance: Instance): readonly number[] | undefined {
  const { version, runs } = settingsOf(pod, instance);
  const { console, ai, ...others } = portsIn(runs);
  const { consolePort, aiPort } = profileOf(version);
  if (runs.closed.length > 0) return undefined;
  return [...Object.values(others), ...(consolePort ? [console] : []), ...(aiPort ? [ai] : [])];
}

/** Undefined where neither the annotation nor the image of the pod names it. */
export function versionOfPod({ metadata, spec }: Stored<Pod>, { names }: Pick<Instance, 'names'>): Version | undefined {
  const image = spec?.containers.find(({ name }) => name === names.container)?.image ?? '';
  return parseVersion(metadata.annotations?.[versionAnnotation] ?? '') ?? versionOfImage(image);
}

/** The identity that servers accept, by whatever door they have it. */
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

/** The Secret with the identity and the administrator's password, as it is on the API server now. */
export function authenticationSecret(instance: Instance, context: ActContext): Promise<Stored<Secret>> {
  return existing(instance.authentication.identitySecret ?? '', instance, context);
}

/** The Secret that the operator may write to; the same, unless the user names another. */
export function ownSecret(instance: Instance, context: ActContext): Promise<Stored<Secret>> {
  return existing(instance.names.authSecret, instance, context);
}

async function existing(name: string, { namespace }: Instance, context: ActContext): Promise<Stored<Secret>> {
  const secret = await context.get(Secret, name, namespace);
  if (!secret) throw new Error(`Secret ${name} is gone`);
  return secret;
}

/** The same, where an instance may have none. */
export async function authenticationSecretIfAny(
  instance: Instance,
  context: ActContext,
): Promise<Stored<Secret> | undefined> {
  return instance.authentication.identitySecret ? authenticationSecret(instance, context) : undefined;
}

/** The server in a pod, as one that belongs to it is shown to it. */
export async function serverIn(
  pod: string,
  instance: Instance,
  secret: Secret | undefined,
  context: ActContext,
): Promise<Server> {
  const found = await context.get(Pod, pod, instance.namespace);
  const server = found && serverOf(instance, found, await identity(instance, secret, context));
  if (!server) throw new Error(`Pod ${pod} has no address any more`);
  return server;
}

/**
 * Pod of the server to ask for what all have. A member that comes back reads its own copy of the database, which may be
 * old; that of the leader is not.
 */
export function askable(members: readonly ObservedMember[]): string | undefined {
  const able = members.filter(({ ready, server }) => ready && server?.reachable);
  const leader = able.flatMap(({ server }) => (server?.reachable ? (server.leaders.nacos_config ?? []) : []))[0];
  if (leader === undefined) return able[0]?.pod;
  return able.find(({ server }) => server?.reachable && server.raftAddress === leader)?.pod;
}

export function serverNamed(
  name: string,
  pods: readonly Stored<Pod>[],
  instance: Instance,
  identity?: Identity,
): Server {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  const server = pod && serverOf(instance, pod, identity);
  if (!server) throw new Error(`Pod ${name} has no address any more`);
  return server;
}
