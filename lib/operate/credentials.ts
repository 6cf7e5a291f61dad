import { randomBytes } from 'node:crypto';
import type { Secret } from 'kubernetes-types/core/v1.js';
import type { Identity } from '../server/client.js';

/** Keys of the Secret `<name>-auth`, and how each is made. */
const generators: Readonly<Record<string, () => string>> = {
  // Nacos signs its tokens with what this is base64 of; 32 bytes are the least that it takes.
  token: () => randomBytes(32).toString('base64'),
  identityKey: () => `nacos-${randomBytes(6).toString('hex')}`,
  identityValue: () => randomBytes(24).toString('hex'),
  administratorPassword: () => randomBytes(18).toString('base64url'),
};

export function missingKeys({ data = {} }: Secret): string[] {
  return Object.keys(generators).filter((key) => !data[key]);
}

/** `data` for a patch that makes what is missing and leaves the rest alone. */
export function generate(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, Buffer.from(generators[key]!()).toString('base64')]));
}

export function secretValue(secret: Secret | undefined, key: string): string | undefined {
  const encoded = secret?.data?.[key];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

export function identityOf(secret: Secret | undefined): Identity | undefined {
  const key = secretValue(secret, 'identityKey');
  const value = secretValue(secret, 'identityValue');
  return key && value ? { key, value } : undefined;
}
