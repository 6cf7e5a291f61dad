import { Secret } from 'cdk8s-reconciler/kinds';
import type { Instance } from '../../resource/resolve.js';
import type { ActContext } from '../act.js';
import { generate } from '../credentials.js';
import type { GenerateCredentials } from '../plan/credentials.js';
import { ownSecret } from './server.js';

/** Only what is still missing on the API server: a value that somebody has put there meanwhile is theirs. */
export async function generateCredentials(
  { keys }: GenerateCredentials,
  instance: Instance,
  context: ActContext,
): Promise<void> {
  const { metadata, data } = await ownSecret(instance, context);
  const { name, namespace, resourceVersion } = metadata;
  const missing = keys.filter((key) => !data?.[key]);
  await context.patch(Secret, name, { metadata: { resourceVersion }, data: generate(missing) }, namespace);
}
