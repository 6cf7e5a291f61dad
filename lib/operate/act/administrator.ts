import type { Instance } from '../../resource/resolve.js';
import { createAdministrator } from '../../server/client.js';
import type { ActContext } from '../act.js';
import { secretValue } from '../credentials.js';
import type { SetAdministrator } from '../plan/administrator.js';
import { authenticationSecret, serverIn } from './server.js';

export async function setAdministrator(
  { pod }: SetAdministrator,
  instance: Instance,
  context: ActContext,
): Promise<void> {
  const secret = await authenticationSecret(instance, context);
  const password = secretValue(secret, 'administratorPassword');
  if (!password) throw new Error(`Secret ${secret.metadata.name} has no key administratorPassword any more`);
  await createAdministrator(await serverIn(pod, instance, secret, context), password, context.signal);
}
