import type { Secret } from 'kubernetes-types/core/v1.js';
import type { Identity } from '../server/exchange.js';

/** Value of a key of a Secret, as text; undefined where there is none, or it is empty. */
export function secretValue(secret: Secret | undefined, key: string): string | undefined {
  return Buffer.from(secret?.data?.[key] ?? '', 'base64').toString() || undefined;
}

/** The identity that servers show each other, from a Secret. */
export function identityOf(secret: Secret | undefined): Identity | undefined {
  const key = secretValue(secret, 'identityKey');
  const value = secretValue(secret, 'identityValue');
  return key && value ? { key, value } : undefined;
}
