import type { ConditionStatement } from 'cdk8s-reconciler';
import { effectiveOf } from '../../render/effective.js';
import type { Instance } from '../../resource/resolve.js';
import { weaknesses } from '../../server/weaknesses.js';
import { isPrintedToken } from '../credentials/secret.js';
import { holds } from '../feature.js';
import type { Observed } from '../observed.js';

/** Present only while the servers have a known weakness by which strangers take them over. */
export function vulnerable(instance: Instance, { credentials }: Pick<Observed, 'credentials'>): ConditionStatement[] {
  const { version, database, authentication } = instance;
  const { enabled, token } = effectiveOf(instance).authentication;
  const written = authentication.plaintextToken ?? token.value;
  const server = {
    version,
    embedded: database.type === 'embedded',
    // By reference: not known, and no reason for an alarm.
    login: enabled !== false,
    knownToken: written === undefined ? (credentials?.known?.includes('token') ?? false) : isPrintedToken(written),
  };
  const found = weaknesses.filter(({ applies }) => applies(server));
  if (found.length === 0) return [];
  return [holds('Vulnerable', found[0]!.reason, found.map(({ message }) => message).join('; '))];
}
