import { Secret } from 'cdk8s-reconciler/kinds';
import type { Effect } from '../feature.js';
import { credentialsLabel, generate, isOwned, othersOf } from './secret.js';
import type { GenerateCredentials } from './step.js';

/** No object has it: applied with it, an object is created, and nothing that is there by now is touched. */
const noVersion = '1';

/**
 * Only keys that the API server still does not have: a value that was put there meanwhile stays. The Secret has no
 * owner, so that whoever creates the Nacos again over its data has the password of its administrator.
 */
export const generateCredentials: Effect<GenerateCredentials> = async ({ keys }, instance, context) => {
  const { name: of, names, namespace } = instance;
  const name = names.authSecret;
  const labels = { [credentialsLabel]: of };
  const found = await context.get(Secret, name, namespace);
  if (!found) {
    const metadata = { name, namespace, labels, resourceVersion: noVersion };
    await context.apply(Secret, { metadata, type: 'Opaque', data: generate(keys) });
    return;
  }
  const missing = keys.filter((key) => !found.data?.[key]);
  const { resourceVersion } = found.metadata;
  const metadata = { labels, resourceVersion, ...(isOwned(found) && { ownerReferences: othersOf(found) }) };
  await context.patch(Secret, name, { metadata, data: generate(missing) }, namespace);
};
