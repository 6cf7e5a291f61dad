import { Pod, Secret, type Stored } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Server } from '../../server/client.js';
import type { ActContext } from '../act.js';
import { identity, serverOf } from '../observe.js';

/** The Secret with the identity and the administrator's password, as it is on the API server now. */
export async function authenticationSecret(instance: Instance, context: ActContext): Promise<Stored<Secret>> {
  const name = instance.authentication.identitySecret ?? '';
  const secret = await context.get(Secret, name, instance.namespace);
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
