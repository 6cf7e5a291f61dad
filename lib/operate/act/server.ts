import type { Stored } from 'cdk8s-reconciler';
import { Pod, Secret } from 'cdk8s-reconciler/kinds';
import type { Instance } from '../../resource/resolve.js';
import type { Server } from '../../server/client.js';
import type { ActContext } from '../act.js';
import { identity, serverOf } from '../observe.js';

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
