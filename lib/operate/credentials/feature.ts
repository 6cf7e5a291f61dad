import type { Secret } from 'cdk8s-reconciler/kinds';
import { effectiveOf } from '../../render/effective.js';
import { metadata } from '../../render/metadata.js';
import { versionAnnotation } from '../../render/pod.js';
import type { Instance } from '../../resource/resolve.js';
import { profileOf } from '../../server/profiles.js';
import { parseVersion } from '../../server/version.js';
import { fails, type Opinion } from '../feature.js';
import type { Observed } from '../observed.js';
import type { ObservedChildren, View } from '../view.js';
import { currentPassword, dataStays, revisionKey, serverKeys } from './secret.js';

export function credentials(view: View): Opinion<GenerateCredentials> {
  const { instance, observed } = view;
  const problem = identityProblem(instance, observed)
    ? undefined
    : (otherProblem(instance, observed) ?? immutableProblem(instance, observed));
  return {
    step: credentialsStep(view),
    // What is wrong with token and identity is what AuthReady says.
    conditions: problem ? [fails('SecretsReady', problem.reason, problem.message)] : [],
  };
}

/** The Secret of an earlier operator stays a child, and so is not removed, until it is marked and has no owner. */
export function ownedCredentials(instance: Instance, { secrets }: ObservedChildren): Secret[] {
  const name = instance.names.authSecret;
  if (!secrets.some((secret) => secret.metadata.name === name)) return [];
  return [{ apiVersion: 'v1', kind: 'Secret', metadata: metadata(instance, name), type: 'Opaque' }];
}

/** Something about Secrets that servers cannot start with. */
export interface CredentialProblem {
  readonly reason: string;
  readonly message: string;
}

/** Annotation of a StatefulSet: revision of the identity that its members have. */
export const identityAnnotation = 'nacos.io/identity-revision';

/**
 * From 3.2.4 on a member with another identity is refused by all others on Raft: members cannot take one after the
 * other (nacos: NacosJRaftServerInterceptor.java). So nothing is changed until the former identity is back, or all have
 * the new one, as after all pods were deleted together.
 */
function identityChange(
  instance: Instance,
  { statefulSet, secrets, members }: Observed,
): CredentialProblem | undefined {
  const annotations = statefulSet?.metadata.annotations ?? {};
  const runs = parseVersion(annotations[versionAnnotation] ?? '');
  const inRaft = instance.profile.identityInRaft || (runs && profileOf(runs).identityInRaft);
  if (instance.servers.mode !== 'cluster' || !inRaft || !statefulSet || !secrets.identity) return undefined;
  const former = annotations[identityAnnotation];
  const rejects = members.some(({ server }) => server?.reachable && server.refused);
  if (former === undefined ? !rejects : former === secrets.identity) return undefined;
  const { administration, identityKey, identityValue } = effectiveOf(instance).authentication;
  // Where it asks for no identity, an answer proves nothing.
  const asks = administration === true;
  if (asks && members.every(({ server }) => server?.reachable && !server.refused)) return undefined;
  const labels = Object.entries(instance.selector).map(([name, value]) => `${name}=${value}`);
  const together =
    asks && identityKey.from && identityValue.from
      ? `, or, in a quiet hour and with volumes, restart all together: kubectl delete pod -n ${instance.namespace} -l ${labels.join(',')}`
      : '';
  const message = `members would get another identity than they have, and with two of them refuse each other on Raft; put the former one back${together}`;
  return { reason: 'IdentityChanged', message };
}

/** Why the Secret with token and identity is none that servers can start with. */
export function identityProblem(instance: Instance, observed: Observed): CredentialProblem | undefined {
  const { credentials } = observed;
  const { authentication, names, namespace } = instance;
  const secret = authentication.identitySecret;
  if (!secret) return undefined;
  const own = secret === names.authSecret;
  if (!credentials && own) return { reason: 'Generating', message: `Secret ${secret} is being made` };
  if (!credentials) {
    const keys = 'token, identityKey, identityValue and administratorPassword';
    const message = `create Secret ${secret} in namespace ${namespace} with the keys ${keys}, or correct spec.certification.secretName`;
    return { reason: 'SecretMissing', message };
  }
  const needed = ['identityKey', 'identityValue', ...(authentication.plaintextToken ? [] : ['token'])];
  const missing = credentials.missing.filter((key) => own || needed.includes(key));
  if (missing.length > 0 && own)
    return (
      immutableProblem(instance, observed) ?? {
        reason: 'Generating',
        message: `Secret ${secret} gets ${missing.join(', ')}`,
      }
    );
  if (missing.length > 0) return { reason: 'KeysMissing', message: `add ${missing.join(', ')} to Secret ${secret}` };
  if (credentials.unusable.length === 0) return undefined;
  return { reason: 'KeysUnusable', message: `in Secret ${secret}, ${credentials.unusable.join('; ')}` };
}

/** Keys that the operator has to write into its own Secret, where hands have made that immutable. */
function immutableProblem(
  { authentication, names, namespace }: Instance,
  { secrets, credentials, login }: Observed,
): CredentialProblem | undefined {
  if (!secrets.immutable) return undefined;
  const own = authentication.identitySecret === names.authSecret;
  const { missing = [], administratorPassword, currentAdministratorPassword } = credentials ?? {};
  const unrecorded = login?.takes === 'wanted' && administratorPassword !== currentAdministratorPassword;
  const keys = [
    ...(own ? missing : []),
    ...(secrets.keyMissing ? [revisionKey] : []),
    ...(unrecorded ? [currentPassword] : []),
  ];
  if (keys.length === 0) return undefined;
  const message = `Secret ${names.authSecret} in namespace ${namespace} is immutable, and the operator has to write ${keys.join(', ')} into it: set spec.paused, make the Secret again with the values that it has and without immutable, and end the pause`;
  return { reason: 'SecretImmutable', message };
}

/** The same of all other Secrets that the servers name, such as the login of the database, and of another identity. */
function otherProblem(instance: Instance, observed: Observed): CredentialProblem | undefined {
  const { missing } = observed.secrets;
  const { namespace } = instance;
  if (missing.length === 0) return identityChange(instance, observed);
  return { reason: 'KeysMissing', message: `servers need what namespace ${namespace} lacks: ${missing.join(', ')}` };
}

/** Why servers must neither start nor be changed: those that run keep the values that they have. */
export function secretsObstacle(instance: Instance, observed: Observed): string | undefined {
  return (identityProblem(instance, observed) ?? otherProblem(instance, observed))?.message;
}

export interface GenerateCredentials {
  readonly type: 'GenerateCredentials';
  readonly message: string;
  /** None where the Secret is only marked. */
  readonly keys: readonly string[];
  /** Whether servers of another operator run, with values that stay in use. */
  readonly inUse?: boolean;
  /** Owner reference to the Nacos, where the Secret is to go with it. */
  readonly owner?: object;
}

/** Missing keys of our own Secret are generated; in a Secret that the user names, they are for the user to add. */
function credentialsStep({ nacos, instance, observed }: View): GenerateCredentials | undefined {
  const { authentication, names } = instance;
  const { credentials, secrets } = observed;
  const own = authentication.identitySecret === names.authSecret;
  const missing = own ? (credentials ? credentials.missing : serverKeys) : [];
  // Labels and owner can be written all the same.
  const keys = secrets.immutable ? [] : [...missing, ...(secrets.keyMissing ? [revisionKey] : [])];
  if (keys.length === 0 && !secrets.unmarked) return undefined;
  const what = keys.length > 0 ? `Generating ${keys.join(', ')} in` : 'Marking';
  const { apiVersion, kind, metadata } = nacos;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid };
  const message = `${what} Secret ${names.authSecret}`;
  const inUse = observed.adoption?.foreign && { inUse: true };
  return { type: 'GenerateCredentials', message, keys, ...inUse, ...(!dataStays(instance) && { owner }) };
}
