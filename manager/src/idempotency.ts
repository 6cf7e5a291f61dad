import { createHash } from 'node:crypto';
import type { NacosObject } from 'cdk8s-nacos/model';
import { ProblemError } from './problem.js';

/** Kept with the object, so that every replica of this service knows it, also after a restart. */
export const idempotencyAnnotation = 'nacos.io/idempotency-key';

/** `<key>.<body>`, both hashed: the key does not follow from it. */
export function idempotencyMark(key: string, body: unknown): string {
  return `${digest(key)}.${digest(JSON.stringify(body))}`;
}

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

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
