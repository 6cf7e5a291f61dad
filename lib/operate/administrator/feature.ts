import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { NacosStatus } from '../../resource/status.js';
import { type CredentialProblem, identityProblem } from '../credentials/feature.js';
import { currentPassword } from '../credentials/secret.js';
import { fails, holds, type Opinion } from '../feature.js';
import type { Observed } from '../observed.js';
import type { View } from '../view.js';
import { administratorIn } from './traffic.js';

/** @param open whether clients are let in */
export function administrator({ instance, observed, before }: View, open: boolean): Opinion<AdministratorStep> {
  return {
    step: administratorStep(instance, observed),
    conditions: [authReady(instance, observed, identityProblem(instance, observed), open, before)],
  };
}

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

type AdministratorStep = SetAdministrator | ChangePassword | RecordPassword;

/**
 * First an administrator for a server that has none; all members share the one. Then the password, once the servers
 * take the former one and not that of the Secret. One that they take is recorded: the next change needs it, and the
 * answer to the one that set it may have been lost.
 */
function administratorStep(
  { authentication, names }: Instance,
  { credentials, members, login, secrets }: Observed,
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
  if (login?.takes !== 'wanted' || wanted === current || secrets.immutable) return undefined;
  const message = `Recording in Secret ${names.authSecret} that servers take the password of Secret ${secret}`;
  return { type: 'RecordPassword', message, event: false };
}

const type = 'AuthReady';

/**
 * Whether there is an administrator, the Secret with the password is whole, and servers take the password.
 *
 * @param open whether clients are let in
 */
function authReady(
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
  if (administrator === 'unknown') return passwordUnknown(instance, observed, secret);
  if (observed.login?.takes === 'current')
    return fails(type, 'PasswordChanging', `servers do not have the password of Secret ${secret} yet`);
  if (administrator === 'set') return holds(type, 'AdministratorSet');
  const last = lastAnswer(before);
  if (last) return last;
  if (open)
    return holds(
      type,
      'ClientsAdmitted',
      'no server was asked for its administrator since; clients were let in before',
    );
  return fails(type, 'AdministratorUnknown', 'no server can be asked for its administrator yet');
}

/** Never set by this operator: others were faster, who may be another Nacos on the same database, or a stranger. */
function passwordUnknown({ names }: Instance, { credentials }: Observed, secret: string): ConditionStatement {
  const remedy = `put the one that servers take into key administratorPassword of Secret ${secret}, or, to have it changed to what is there, into key ${currentPassword} of Secret ${names.authSecret}`;
  if (credentials?.currentAdministratorPassword)
    return fails(type, 'PasswordUnknown', `servers take no password of user nacos that is in a Secret: ${remedy}`);
  const others = 'another Nacos on the same data, the official operator, or a stranger who was faster';
  return fails(
    type,
    'AdministratorOfOthers',
    `this operator has not set the password of user nacos that servers have, but ${others}: ${remedy}; see docs/operations/repair.md`,
  );
}

/** By the last report: what a server answered then is still true while none answers. */
function lastAnswer(before: NacosStatus | undefined): ConditionStatement | undefined {
  const last = before?.conditions?.find((condition) => condition.type === type);
  if (!answers.has(last?.reason ?? '')) return undefined;
  return last?.status === 'True' ? holds(type, last.reason!) : fails(type, last?.reason ?? '', last?.message ?? '');
}

const answers: ReadonlySet<string> = new Set(['AdministratorSet', 'PasswordUnknown', 'AdministratorOfOthers']);
