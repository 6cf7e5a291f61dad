import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  readonly keys: readonly string[];
}

/** What is missing in our own Secret is made; in one that the user names, it is for the user to add. */
export function credentials(instance: Instance, { credentials }: Facts): GenerateCredentials | undefined {
  const { authentication, names } = instance;
  if (!credentials || authentication.identitySecret !== names.authSecret) return undefined;
  const { missing } = credentials;
  if (missing.length === 0) return undefined;
  const message = `generated ${missing.join(', ')} in Secret ${names.authSecret}`;
  return { type: 'GenerateCredentials', message, keys: missing };
}
