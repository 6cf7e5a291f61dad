import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { NacosStatus } from '../../resource/status.js';
import type { CredentialProblem } from '../credentials/gate.js';
import type { Observed } from '../observed.js';
import { fails, holds } from '../statement.js';
import { administratorIn } from './traffic.js';

const type = 'AuthReady';

/** Reason of `AuthReady` once a server has said that there is an administrator. */
export const administratorSet = 'AdministratorSet';

/**
 * Whether there is an administrator, and the Secret with the password is whole.
 *
 * @param open whether clients are let in
 */
export function authReady(
  instance: Instance,
  observed: Observed,
  problem: CredentialProblem | undefined,
  open: boolean,
  before: NacosStatus | undefined,
): ConditionStatement {
  const secret = instance.authentication.identitySecret;
  if (!secret) return holds(type, 'AuthenticationDisabled', 'clients need not log in');
  if (problem) return fails(type, problem.reason, problem.message);
  const administrator = administratorIn(observed);
  if (administrator === 'missing' && observed.credentials?.administratorPassword)
    return fails(type, 'AdministratorMissing', 'there is no administrator yet');
  if (administrator === 'missing') {
    const message = `Secret ${secret} has no key administratorPassword; add it, or set a password in the console through kubectl port-forward`;
    return fails(type, 'PasswordMissing', message);
  }
  if (administrator === 'set' || wasSet(before)) return holds(type, administratorSet);
  if (open)
    return holds(
      type,
      'ClientsAdmitted',
      'no server was asked for its administrator since; clients were let in before',
    );
  return fails(type, 'AdministratorUnknown', 'no server can be asked for its administrator yet');
}

/** By the last report: what it says of then is still true while no server answers. */
export function wasSet(before: NacosStatus | undefined): boolean {
  const last = before?.conditions?.find((condition) => condition.type === type);
  return last?.status === 'True' && last.reason === administratorSet;
}
