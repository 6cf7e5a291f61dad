import type { View } from '../view.js';
import { dataStays, revisionKey, serverKeys } from './secret.js';

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  /** None where the Secret is only marked. */
  readonly keys: readonly string[];
  /** Whether servers of another operator run, with values that stay in use. */
  readonly inUse?: boolean;
  /** Owner reference to the Nacos, where the Secret is to go with it. */
  readonly owner?: object;
}

/** Missing keys of our own Secret are generated; in a Secret that the user names, they are for the user to add. */
export function credentialsStep({ nacos, instance, observed }: View): GenerateCredentials | undefined {
  const { authentication, names } = instance;
  const { credentials, secrets } = observed;
  const own = authentication.identitySecret === names.authSecret;
  const missing = own ? (credentials ? credentials.missing : serverKeys) : [];
  const keys = [...missing, ...(secrets.keyMissing ? [revisionKey] : [])];
  if (keys.length === 0 && !secrets.unmarked) return undefined;
  const what = keys.length > 0 ? `Generating ${keys.join(', ')} in` : 'Marking';
  const { apiVersion, kind, metadata } = nacos;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid };
  const message = `${what} Secret ${names.authSecret}`;
  const inUse = observed.adoption?.foreign && { inUse: true };
  return { type: 'GenerateCredentials', message, keys, ...inUse, ...(!dataStays(instance) && { owner }) };
}
