import { Secret } from 'cdk8s-reconciler/kinds';
import type { Effect } from '../feature.js';
import { ownSecret } from '../servers.js';
import { generate } from './secret.js';
import type { GenerateCredentials } from './step.js';

/** Only keys that the API server still does not have: a value that was put there meanwhile stays. */
export const generateCredentials: Effect<GenerateCredentials> = async ({ keys }, instance, context) => {
  const { metadata, data } = await ownSecret(instance, context);
  const { name, namespace, resourceVersion } = metadata;
  const missing = keys.filter((key) => !data?.[key]);
  await context.patch(Secret, name, { metadata: { resourceVersion }, data: generate(missing) }, namespace);
};
