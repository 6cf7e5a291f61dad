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

export interface RecordPassword {
  readonly type: 'RecordPassword';
  readonly message: string;
  readonly event: false;
}

export type AdministratorStep = SetAdministrator | ChangePassword | RecordPassword;

/**
 * First an administrator for a server that has none; all members share the one. Then the password, once the servers
 * take the former one and not that of the Secret. One that they take is recorded: the next change needs it, and the
 * answer to the one that set it may have been lost.
 */
export function administratorStep(
  { authentication, names }: Instance,
  { credentials, members, login }: Observed,
): AdministratorStep | undefined {
  const secret = authentication.identitySecret;
  const { administratorPassword: wanted, currentAdministratorPassword: current } = credentials ?? {};
  if (!secret || !wanted) return undefined;
  const without = members.find(({ ready, server }) => ready && server?.reachable && server.administratorMissing);
  const pod = without?.pod ?? (login?.takes === 'default' ? login.pod : undefined);
  if (pod) {
    const message = `Setting the password of user nacos to the one in Secret ${secret}, key administratorPassword`;
    return { type: 'SetAdministrator', message, pod };
  }
  if (login?.takes === 'current') {
    const message = `Changing the password of user nacos to the one in Secret ${secret}`;
    return { type: 'ChangePassword', message, pod: login.pod };
  }
  if (login?.takes !== 'wanted' || wanted === current) return undefined;
  const message = `Recording in Secret ${names.authSecret} that servers take the password of Secret ${secret}`;
  return { type: 'RecordPassword', message, event: false };
}
