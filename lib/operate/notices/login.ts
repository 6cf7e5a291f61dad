import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { formatVersion } from '../../server/version.js';
import { fails } from '../statement.js';

/** Present only where an upgrade would have shut clients out, and the operator keeps them in. */
export function clientsLogIn({ authentication, version }: Instance): ConditionStatement[] {
  if (!authentication.keptOff) return [];
  const message = `Nacos ${formatVersion(version)} asks clients for a login by default; these servers asked for none before, so it is kept off. Give every client a user and a password first, then set spec.certification.enabled to true; false keeps it off for good`;
  return [fails('ClientsLogIn', 'KeptOff', message)];
}
