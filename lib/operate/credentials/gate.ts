import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { identityChange } from './identity.js';
import type { CredentialProblem } from './problem.js';

/** Why the Secret with token and identity is none that servers can start with. */
export function identityProblem(instance: Instance, { credentials }: Observed): CredentialProblem | undefined {
  const { authentication, names, namespace } = instance;
  const secret = authentication.identitySecret;
  if (!secret) return undefined;
  const own = secret === names.authSecret;
  if (!credentials && own) return { reason: 'Generating', message: `Secret ${secret} is being made` };
  if (!credentials) {
    const keys = 'token, identityKey, identityValue and administratorPassword';
    const message = `create Secret ${secret} in namespace ${namespace} with the keys ${keys}, or correct spec.certification.secretName`;
    return { reason: 'SecretMissing', message };
  }
  const needed = ['identityKey', 'identityValue', ...(authentication.plaintextToken ? [] : ['token'])];
  const missing = credentials.missing.filter((key) => own || needed.includes(key));
  if (missing.length > 0 && own)
    return { reason: 'Generating', message: `Secret ${secret} gets ${missing.join(', ')}` };
  if (missing.length > 0) return { reason: 'KeysMissing', message: `add ${missing.join(', ')} to Secret ${secret}` };
  if (credentials.unusable.length === 0) return undefined;
  return { reason: 'KeysUnusable', message: `in Secret ${secret}, ${credentials.unusable.join('; ')}` };
}

/** The same of all other Secrets that the servers name, such as the login of the database, and of another identity. */
export function otherProblem(instance: Instance, observed: Observed): CredentialProblem | undefined {
  const { missing } = observed.secrets;
  const { namespace } = instance;
  if (missing.length === 0) return identityChange(instance, observed);
  return { reason: 'KeysMissing', message: `servers need what namespace ${namespace} lacks: ${missing.join(', ')}` };
}

/** Why servers must neither start nor be changed: those that run keep the values that they have. */
export function secretsObstacle(instance: Instance, observed: Observed): string | undefined {
  return (identityProblem(instance, observed) ?? otherProblem(instance, observed))?.message;
}
