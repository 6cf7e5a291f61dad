import { Secret, type Stored } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { changePassword, createAdministrator } from '../../server/client.js';
import type { ActContext, Effect } from '../act.js';
import { currentPassword, secretValue } from '../credentials.js';
import type { ChangePassword, SetAdministrator } from '../plan/administrator.js';
import { authenticationSecret, serverIn } from './server.js';

export const setAdministrator: Effect<SetAdministrator> = async ({ pod }, instance, context) => {
  const secret = await authenticationSecret(instance, context);
  const password = wanted(secret);
  await createAdministrator(await serverIn(pod, instance, secret, context), password, context.signal);
  await remember(password, secret, instance, context);
};

export const changeAdministratorPassword: Effect<ChangePassword> = async ({ pod }, instance, context) => {
  const secret = await authenticationSecret(instance, context);
  const before = secretValue(secret, currentPassword);
  if (!before) return;
  const password = wanted(secret);
  await changePassword(await serverIn(pod, instance, secret, context), before, password, context.signal);
  await remember(password, secret, instance, context);
};

function wanted(secret: Secret): string {
  const password = secretValue(secret, 'administratorPassword');
  if (!password) throw new Error(`Secret ${secret.metadata?.name} has no key administratorPassword any more`);
  return password;
}

/** A Secret that the user names is only read. */
async function remember(password: string, { metadata }: Stored<Secret>, { names }: Instance, context: ActContext) {
  if (metadata.name !== names.authSecret) return;
  const data = { [currentPassword]: Buffer.from(password).toString('base64') };
  await context.patch(Secret, metadata.name, { data }, metadata.namespace);
}
