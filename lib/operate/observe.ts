import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { type Pod, Secret } from 'cdk8s-reconciler';
import { literal } from '../render/environment.js';
import { contextPath } from '../render/probes.js';
import { isAuthReady } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { askServer, type Identity, type Server } from '../server/client.js';
import { identityOf, missingKeys, secretValue } from './credentials.js';
import type { Facts } from './facts.js';

/** Asks every server of an instance, all at once. Reads only. */
export async function observe(
  nacos: NacosObject,
  pods: readonly Stored<Pod>[],
  secrets: readonly Stored<Secret>[],
  context: ClusterReader & { readonly signal: AbortSignal },
): Promise<Facts> {
  const instance = resolve(nacos);
  const secret = await authenticationSecret(instance, secrets, context);
  const identity = identityInEnvironment(instance) ?? identityOf(secret);
  const unsure = instance.authentication.identitySecret !== undefined && !isAuthReady(nacos);
  const members = await Promise.all(
    [...pods].sort(byOrdinal).map(async (pod, index) => {
      const address = pod.status?.podIP;
      const running = address !== undefined && pod.metadata.deletionTimestamp === undefined;
      return {
        pod: pod.metadata.name,
        ready: pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
        ...(running && {
          server: await askServer(serverAt(instance, address, identity), unsure && index === 0, context.signal),
        }),
      };
    }),
  );
  return {
    members,
    ...(secret && {
      missingKeys: missingKeys(secret),
      administratorPassword: secretValue(secret, 'administratorPassword'),
    }),
  };
}

export function serverAt(instance: Instance, address: string, identity?: Identity): Server {
  return {
    address,
    contextPath: contextPath(instance, 'http'),
    api: instance.profile.api,
    ...(identity && { identity }),
  };
}

/** Ours is among the children; one that the user names is not. */
async function authenticationSecret(
  instance: Instance,
  secrets: readonly Stored<Secret>[],
  context: ClusterReader,
): Promise<Secret | undefined> {
  const name = instance.authentication.identitySecret;
  if (!name) return undefined;
  const own = secrets.find(({ metadata }) => metadata.name === name);
  return own ?? (name === instance.names.authSecret ? undefined : context.get(Secret, name, instance.namespace));
}

function identityInEnvironment(instance: Instance): Identity | undefined {
  const key = literal(instance, 'NACOS_AUTH_IDENTITY_KEY');
  const value = literal(instance, 'NACOS_AUTH_IDENTITY_VALUE');
  return key && value ? { key, value } : undefined;
}

function byOrdinal(a: Stored<Pod>, b: Stored<Pod>): number {
  return ordinal(a) - ordinal(b);
}

function ordinal({ metadata }: Stored<Pod>): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
}
