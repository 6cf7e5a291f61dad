import { Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { labelsOf } from '../../resource/names.js';
import type { Instance } from '../../resource/resolve.js';
import { defaultPassword } from '../../server/client.js';
import type { Effect } from '../feature.js';
import type { GenerateCredentials } from './feature.js';
import { credentialsLabel, generate, othersOf, unusableKeys } from './secret.js';

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

/**
 * Values that servers of another operator run with, for a Secret of before there was one: what clients hold stays
 * valid. The password is that of a server that was never given another one; where that is wrong, `AuthReady` says so.
 *
 * @returns values of keys, in base64
 */
export function valuesInUse({ names, profile }: Instance, live: StatefulSet | undefined): Record<string, string> {
  const container = live?.spec?.template.spec?.containers.find(({ name }) => name === names.container);
  const token = container?.env?.find(({ name }) => name === 'NACOS_AUTH_TOKEN')?.value;
  const tokens: Record<string, string> = token ? { token: base64(token) } : {};
  return {
    ...(unusableKeys({ data: tokens }).length === 0 && tokens),
    ...(!profile.api.administrator.create && { administratorPassword: base64(defaultPassword) }),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
