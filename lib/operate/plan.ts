import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import type { Facts } from './facts.js';

/** An effect; one at a time. Carries no secret: it is reported as an event. */
export type NacosAction =
  | { readonly type: 'GenerateCredentials'; readonly message: string; readonly keys: readonly string[] }
  | { readonly type: 'SetAdministrator'; readonly message: string; readonly pod: string };

/** The next effect that an instance needs, if any. Pure. */
export function plan(nacos: NacosObject, facts: Facts): NacosAction | undefined {
  const { authentication, names } = resolve(nacos);
  if (!authentication.identitySecret) return undefined;
  const own = authentication.identitySecret === names.authSecret;
  if (own && facts.missingKeys && facts.missingKeys.length > 0) {
    const message = `generated ${facts.missingKeys.join(', ')} in Secret ${names.authSecret}`;
    return { type: 'GenerateCredentials', message, keys: facts.missingKeys };
  }
  const missing = facts.members.find(({ ready, server }) => ready && server?.reachable && server.administratorMissing);
  if (!missing || !facts.administratorPassword) return undefined;
  const message = `set the password of the user nacos from Secret ${authentication.identitySecret}, key administratorPassword`;
  return { type: 'SetAdministrator', message, pod: missing.pod };
}
