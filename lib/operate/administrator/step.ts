import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';

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

/**
 * First an administrator for a server that has none; all members share the one. Then the password, once the Secret has
 * another one.
 */
export function administratorStep(
  { authentication }: Instance,
  { credentials, members }: Observed,
): SetAdministrator | ChangePassword | undefined {
  const secret = authentication.identitySecret;
  const { administratorPassword: wanted, currentAdministratorPassword: current } = credentials ?? {};
  if (!secret || !wanted) return undefined;
  const ready = members.filter((member) => member.ready);
  const without = ready.find(({ server }) => server?.reachable && server.administratorMissing);
  if (without) {
    const message = `Setting the password of user nacos to the one in Secret ${secret}, key administratorPassword`;
    return { type: 'SetAdministrator', message, pod: without.pod };
  }
  const able = ready.find(({ server }) => server?.reachable);
  if (!able || !current || wanted === current) return undefined;
  const message = `Changing the password of user nacos to the one in Secret ${secret}`;
  return { type: 'ChangePassword', message, pod: able.pod };
}
