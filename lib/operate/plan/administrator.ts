import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';

export interface SetAdministrator {
  readonly type: 'SetAdministrator';
  readonly message: string;
  readonly pod: string;
}

export interface ChangePassword {
  readonly type: 'ChangePassword';
  readonly message: string;
  readonly pod: string;
}

/** A server that has no administrator gets one; all members share him. */
export function administrator(instance: Instance, { credentials, members }: Facts): SetAdministrator | undefined {
  const secret = instance.authentication.identitySecret;
  if (!secret || !credentials?.administratorPassword) return undefined;
  const open = members.find(({ ready, server }) => ready && server?.reachable && server.administratorMissing);
  if (!open) return undefined;
  const message = `set the password of the user nacos to the one in Secret ${secret}, key administratorPassword`;
  return { type: 'SetAdministrator', message, pod: open.pod };
}

/** The password in the Secret is another one than the operator set last. */
export function administratorPassword(instance: Instance, { credentials, members }: Facts): ChangePassword | undefined {
  const { administratorPassword: wanted, currentAdministratorPassword: current } = credentials ?? {};
  if (!wanted || !current || wanted === current) return undefined;
  const able = members.find(({ ready, server }) => ready && server?.reachable && !server.administratorMissing);
  if (!able) return undefined;
  const message = `changed the password of the user nacos to the one in Secret ${instance.authentication.identitySecret}`;
  return { type: 'ChangePassword', message, pod: able.pod };
}
