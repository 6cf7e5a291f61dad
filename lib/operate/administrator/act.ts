import type { ActContext } from 'cdk8s-reconciler';
import { Secret } from 'cdk8s-reconciler/kinds';
import type { Instance } from '../../resource/resolve.js';
import { changePassword, createAdministrator } from '../../server/client.js';
import { currentPassword } from '../credentials/secret.js';
import type { Effect } from '../feature.js';
import { secretValue } from '../secret-value.js';
import { authenticationSecret, ownSecret, serverIn } from '../servers.js';
import type { ChangePassword, RecordPassword, SetAdministrator } from './feature.js';

export const setAdministrator: Effect<SetAdministrator> = async ({ pod }, instance, context) => {
  const secret = await authenticationSecret(instance, context);
  const password = wanted(secret);
  await createAdministrator(await serverIn(pod, instance, secret, context), password, context.signal);
  await record(password, instance, context);
};

export const changeAdministratorPassword: Effect<ChangePassword> = async ({ pod }, instance, context) => {
  const secret = await authenticationSecret(instance, context);
  const before = secretValue(await ownSecret(instance, context), currentPassword);
  if (!before) return;
  const password = wanted(secret);
  await changePassword(await serverIn(pod, instance, secret, context), before, password, context.signal);
  await record(password, instance, context);
};

export const recordPassword: Effect<RecordPassword> = async (_step, instance, context) => {
  await record(wanted(await authenticationSecret(instance, context)), instance, context);
};

function wanted(secret: Secret): string {
  const password = secretValue(secret, 'administratorPassword');
  if (!password) throw new Error(`Secret ${secret.metadata?.name} has no key administratorPassword any more`);
  return password;
}

/**
 * In our own Secret: one that the user names is only read. Hands may have made ours immutable, which conditions say.
 */
async function record(password: string, instance: Instance, context: ActContext) {
  const { names, namespace } = instance;
  if ((await ownSecret(instance, context))?.immutable) return;
  const data = { [currentPassword]: Buffer.from(password).toString('base64') };
  await context.patch(Secret, names.authSecret, { data }, namespace);
}
