import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { fails } from '../statement.js';

/** What changes a key, and what that means for applications. */
const changes: Readonly<Record<string, string>> = {
  token:
    'token ($(openssl rand -base64 32)) lets others sign in as any user: servers are replaced one after the other, and applications log in again',
  administratorPassword:
    'administratorPassword is the one that every Nacos begins with: give applications that log in as nacos a user of their own first, as the operator changes it on the servers at once',
};

/** Present only while servers use credentials that are printed in documents, as after another operator. */
export function credentialsPrivate(
  { authentication, namespace }: Instance,
  { credentials }: Pick<Observed, 'credentials'>,
): ConditionStatement[] {
  const { identitySecret: secret, plaintextToken } = authentication;
  const keys = (credentials?.known ?? []).filter((key) => key !== 'token' || !plaintextToken);
  if (!secret || keys.length === 0) return [];
  const list = keys.map((key) => changes[key]).join('; ');
  const message = `kept as applications use them, and known to the world: in Secret ${secret}, ${list}. When it suits: kubectl patch secret ${secret} -n ${namespace} -p '{"stringData":{"KEY":"VALUE"}}'`;
  return [fails('CredentialsPrivate', 'KnownValues', message)];
}
