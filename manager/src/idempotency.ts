import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { NacosObject } from 'cdk8s-nacos/model';
import { ProblemError } from './problem.js';

/** Kept with the object, so that every replica of this service knows it, also after a restart. */
export const idempotencyAnnotation = 'nacos.io/idempotency-key';

/**
 * `<key>.<body>`, both hashed, the body with the key: neither follows from it. Passwords are left out, since it
 * outlives them: what is hashed can be tried.
 */
export function idempotencyMark(key: string, body: unknown): string {
  const open = JSON.stringify(body, (name, value: unknown) => (secret.has(name) ? undefined : value));
  return `${shortened(createHash('sha256').update(key))}.${shortened(createHmac('sha256', key).update(open))}`;
}

/** Names of fields of a spec that hold a secret in plain text. */
const secret: ReadonlySet<string> = new Set(['mysqlPassword', 'token']);

/**
 * Whether the object that is there came from an earlier attempt of this very request.
 *
 * @throws ProblemError if the key was used for another body
 */
export function isRepeated({ metadata }: NacosObject, mark: string): boolean {
  const found = metadata?.annotations?.[idempotencyAnnotation];
  if (found === mark) return true;
  if (found?.split('.')[0] === mark.split('.')[0])
    throw new ProblemError(422, 'this Idempotency-Key was used with another body; take a new one for a new request');
  return false;
}

function shortened(hash: Hash | Hmac): string {
  return hash.digest('hex').slice(0, 32);
}
