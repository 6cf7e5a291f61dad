import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { revisionKey } from './secret.js';

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  readonly keys: readonly string[];
}

/** Missing keys of our own Secret are generated; in a Secret that the user names, they are for the user to add. */
export function credentialsStep(
  { authentication, names }: Instance,
  { credentials, secrets }: Observed,
): GenerateCredentials | undefined {
  const missing = authentication.identitySecret === names.authSecret ? credentials?.missing : undefined;
  const keys = [...(missing ?? []), ...(secrets.keyMissing ? [revisionKey] : [])];
  if (keys.length === 0) return undefined;
  return { type: 'GenerateCredentials', message: `Generating ${keys.join(', ')} in Secret ${names.authSecret}`, keys };
}
