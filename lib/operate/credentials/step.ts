import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { revisionKey, serverKeys } from './secret.js';

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  /** None where the Secret is only marked. */
  readonly keys: readonly string[];
}

/** Missing keys of our own Secret are generated; in a Secret that the user names, they are for the user to add. */
export function credentialsStep(
  { authentication, names }: Instance,
  { credentials, secrets }: Observed,
): GenerateCredentials | undefined {
  const own = authentication.identitySecret === names.authSecret;
  const missing = own ? (credentials ? credentials.missing : serverKeys) : [];
  const keys = [...missing, ...(secrets.keyMissing ? [revisionKey] : [])];
  if (keys.length === 0 && !secrets.unmarked) return undefined;
  const what = keys.length > 0 ? `Generating ${keys.join(', ')} in` : 'Marking';
  return { type: 'GenerateCredentials', message: `${what} Secret ${names.authSecret}`, keys };
}
