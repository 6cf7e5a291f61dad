import { Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { labelsOf } from '../../resource/names.js';
import type { Effect } from '../feature.js';
import { valuesInUse } from './in-use.js';
import { credentialsLabel, generate, othersOf } from './secret.js';
import type { GenerateCredentials } from './step.js';

/** No object has it: applied with it, an object is created, and nothing that is there by now is touched. */
const noVersion = '1';

/**
 * Only keys that the API server still does not have: a value that was put there meanwhile stays. Where data
 * stays, the Secret has no owner: a Nacos that is created again over it has the password of its administrator.
 */
export const generateCredentials: Effect<GenerateCredentials> = async ({ keys, owner, inUse }, instance, context) => {
  const { name: of, names, namespace } = instance;
  const name = names.authSecret;
  const labels = { ...labelsOf(of), [credentialsLabel]: of };
  const found = await context.get(Secret, name, namespace);
  const live = inUse ? await context.get(StatefulSet, names.statefulSet, namespace) : undefined;
  const taken = live ? valuesInUse(instance, live) : {};
  const valuesOf = (keys: readonly string[]) => ({ ...generate(keys), ...only(keys, taken) });
  if (!found) {
    const ownerReferences = owner ? [owner as never] : [];
    const metadata = { name, namespace, labels, ownerReferences, resourceVersion: noVersion };
    await context.apply(Secret, { metadata, type: 'Opaque', data: valuesOf(keys) });
    return;
  }
  const missing = keys.filter((key) => !found.data?.[key]);
  const { resourceVersion } = found.metadata;
  const ownerReferences = [...othersOf(found), ...(owner ? [owner] : [])];
  const metadata = { labels, resourceVersion, ownerReferences };
  await context.patch(Secret, name, { metadata, data: valuesOf(missing) }, namespace);
};

function only(keys: readonly string[], values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}
