import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { fails } from '../statement.js';

/** Present only while the spec holds secrets; does no harm to the servers. */
export function secretsProtected({ database, authentication }: Instance): ConditionStatement[] {
  const inSpec = [
    ...(database.type === 'mysql' && database.plaintext
      ? [
          'the database password: put username and password into a Secret, name it in spec.database.credentialsSecret and remove mysqlUser and mysqlPassword',
        ]
      : []),
    ...(authentication.plaintextToken
      ? [
          'the token: put it into a Secret with the other keys, name it in spec.certification.secretName and remove token',
        ]
      : []),
  ];
  if (inSpec.length === 0) return [];
  return [
    fails(
      'SecretsProtected',
      'PlaintextInSpec',
      `all users who may read this object can read ${inSpec.join('; and ')}`,
    ),
  ];
}
