import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import type { Facts } from './facts.js';

/** An effect; one at a time. Carries no secret: it is reported as an event. */
export type NacosAction =
  | { readonly type: 'GenerateCredentials'; readonly message: string; readonly keys: readonly string[] }
  | { readonly type: 'SetAdministrator'; readonly message: string; readonly pod: string };

/** The next effect that an instance needs, if any. Pure. */
export function plan(nacos: NacosObject, { credentials, members }: Facts): NacosAction | undefined {
  const { authentication, names } = resolve(nacos);
  const secret = authentication.identitySecret;
  if (!secret || !credentials) return undefined;
  // What is missing in a Secret that the user names is for the user to add.
  if (secret === names.authSecret && credentials.missing.length > 0) {
    const message = `generated ${credentials.missing.join(', ')} in Secret ${secret}`;
    return { type: 'GenerateCredentials', message, keys: credentials.missing };
  }
  const open = members.find(({ ready, server }) => ready && server?.reachable && server.administratorMissing);
  if (!open || !credentials.administratorPassword) return undefined;
  const message = `set the password of the user nacos to the one in Secret ${secret}, key administratorPassword`;
  return { type: 'SetAdministrator', message, pod: open.pod };
}
