import { randomBytes } from 'node:crypto';
import type { Secret } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../../resource/resolve.js';
import type { ObservedCredentials } from '../observed.js';
import { secretValue } from '../secret-value.js';

/** Key that revisions of Secrets are made with, see `secretsRevision`. */
export const revisionKey = 'revisionKey';

/** Label of the Secret that the operator fills, with the name of its Nacos. */
export const credentialsLabel = 'nacos.io/credentials-of';

/** Whether the Secret goes when its Nacos goes. */
export function isOwned({ metadata }: Secret): boolean {
  return metadata?.ownerReferences?.some(isNacos) ?? false;
}

/** Whether data outlives the object: then so must the password of its administrator. */
export function dataStays({ spec, database, hasVolumes }: Instance): boolean {
  return database.type === 'mysql' || (hasVolumes && spec.volume?.retain !== false);
}

/** Owner references without that of a Nacos. */
export function othersOf({ metadata }: Secret) {
  return metadata?.ownerReferences?.filter((owner) => !isNacos(owner)) ?? [];
}

function isNacos({ kind, apiVersion }: { readonly kind: string; readonly apiVersion: string }): boolean {
  return kind === 'Nacos' && apiVersion.startsWith('nacos.io/');
}

/** Keys that servers and their administrator need. */
export const serverKeys = ['token', 'identityKey', 'identityValue', 'administratorPassword'];

/** Keys of the Secret `<name>-auth`, and how each is made. */
const generators: Readonly<Record<string, () => string>> = {
  // Nacos signs its tokens with what this is base64 of.
  token: () => randomBytes(tokenBytes).toString('base64'),
  identityKey: () => `nacos-${randomBytes(6).toString('hex')}`,
  identityValue: () => randomBytes(32).toString('hex'),
  administratorPassword: () => randomBytes(32).toString('base64url'),
  [revisionKey]: () => randomBytes(32).toString('base64url'),
};

/**
 * Key of the last password that the servers were seen to take, in `<name>-auth` also where another Secret is named: to
 * change it takes a login with it.
 */
export const currentPassword = 'currentAdministratorPassword';

/** The least that Nacos takes (nacos: NacosSignatureAlgorithm.java). */
const tokenBytes = 32;

export function missingKeys({ data = {} }: Secret): string[] {
  return serverKeys.filter((key) => !data[key]);
}

/** Values that no server can start with, or that cannot be sent to it, in words. */
export function unusableKeys(secret: Secret): string[] {
  const token = secretValue(secret, 'token');
  const tooShort = token && Buffer.from(token, 'base64').length < tokenBytes;
  const unprintable = ['identityKey', 'identityValue'].filter((key) => /[^!-~]/.test(secretValue(secret, key) ?? ''));
  return [
    ...(tooShort ? [`token is not base64 of at least ${tokenBytes} bytes`] : []),
    ...unprintable.map(
      (key) => `${key} is more than printable ASCII without spaces; is there a line break at its end?`,
    ),
  ];
}

/** What the official operator and Nacos before 2.4 begin with where nothing else is said (Kind.go, Constants.java). */
const printed: Readonly<Record<string, RegExp>> = {
  token: /^SecretKey0123456789/,
  administratorPassword: /^nacos$/,
};

export function isPrintedToken(token: string): boolean {
  return printed.token!.test(token);
}

/** Keys with values that are printed in documents. */
function knownKeys(secret: Secret): string[] {
  return Object.keys(printed).filter((key) => printed[key]!.test(secretValue(secret, key) ?? ''));
}

/** `data` for a patch that adds keys and leaves the rest alone. */
export function generate(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, Buffer.from(generators[key]!()).toString('base64')]));
}

export function observedCredentials(secret: Secret, own: Secret | undefined): ObservedCredentials {
  const known = knownKeys(secret);
  return {
    ...(known.length > 0 && { known }),
    missing: missingKeys(secret),
    unusable: unusableKeys(secret),
    administratorPassword: secretValue(secret, 'administratorPassword'),
    currentAdministratorPassword: secretValue(own, currentPassword),
  };
}
