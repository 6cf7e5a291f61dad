import type { Instance } from '../../resource/resolve.js';
import { revisionKey } from '../credentials.js';
import type { Facts } from '../facts.js';

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  readonly keys: readonly string[];
}

/** What is missing in our own Secret is made; in one that the user names, it is for the user to add. */
export function credentials(instance: Instance, facts: Facts): GenerateCredentials | undefined {
  const { authentication, names } = instance;
  const missing = authentication.identitySecret === names.authSecret ? facts.credentials?.missing : undefined;
  const keys = [...(missing ?? []), ...(facts.revisionKeyMissing ? [revisionKey] : [])];
  if (keys.length === 0) return undefined;
  return { type: 'GenerateCredentials', message: `generated ${keys.join(', ')} in Secret ${names.authSecret}`, keys };
}
