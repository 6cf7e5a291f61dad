import type { ConditionStatement } from 'cdk8s-reconciler';
import { administratorSet, isAuthReady } from '../../render/render.js';
import type { NacosObject } from '../../resource/nacos.js';
import type { Instance } from '../../resource/resolve.js';
import type { CredentialFacts, Facts } from '../facts.js';
import { no, yes } from './statement.js';

/** Whether there is an administrator; while there may be none, the Services for clients lead nowhere. */
export function authReady(instance: Instance, facts: Facts, before: NacosObject['status']): ConditionStatement {
  const type = 'AuthReady';
  const secret = instance.authentication.identitySecret;
  if (!secret) return yes(type, 'Off', 'nobody has to log in');
  const obstacle = credentialObstacle(instance, secret, facts.credentials);
  if (obstacle) return no(type, obstacle.reason, obstacle.message);
  const answers = facts.members.flatMap(({ server }) => (server?.reachable ? [server.administratorMissing] : []));
  if (answers.includes(true)) {
    if (facts.credentials?.administratorPassword)
      return no(type, 'AdministratorMissing', 'nobody is administrator yet');
    const message = `Secret ${secret} has no key administratorPassword; add it, or set a password in the console through kubectl port-forward`;
    return no(type, 'PasswordMissing', message);
  }
  if (answers.includes(false) || staysSet(instance, facts, before)) return yes(type, administratorSet);
  return no(type, 'NotAsked', 'no server can be asked for its administrator yet');
}

function credentialObstacle(
  { authentication, names, namespace }: Instance,
  secret: string,
  found: CredentialFacts | undefined,
): Pick<ConditionStatement, 'reason' | 'message'> | undefined {
  const own = secret === names.authSecret;
  if (!found && own) return { reason: 'Generating', message: `Secret ${secret} is being made` };
  const keys = 'token, identityKey, identityValue and administratorPassword';
  if (!found)
    return {
      reason: 'SecretMissing',
      message: `create Secret ${secret} in namespace ${namespace} with the keys ${keys}`,
    };
  const needed = authentication.plaintextToken
    ? ['identityKey', 'identityValue']
    : ['token', 'identityKey', 'identityValue'];
  const missing = found.missing.filter((key) => needed.includes(key));
  if (missing.length > 0 && own)
    return { reason: 'Generating', message: `Secret ${secret} gets ${missing.join(', ')}` };
  if (missing.length > 0) return { reason: 'KeysMissing', message: `add ${missing.join(', ')} to Secret ${secret}` };
  if (found.unusable.length > 0)
    return { reason: 'KeysUnusable', message: `in Secret ${secret}, ${found.unusable.join('; ')}` };
  return undefined;
}

/** An administrator who was seen is there as long as the data is: a server that does not answer for a while shuts nobody out. */
function staysSet({ database, spec }: Instance, facts: Facts, before: NacosObject['status']): boolean {
  const kept = database.type === 'mysql' || spec.volume?.enabled || facts.members.some(({ ready }) => ready);
  return isAuthReady({ status: before }) && Boolean(kept);
}
