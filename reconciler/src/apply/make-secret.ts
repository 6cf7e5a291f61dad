import { randomBytes } from 'node:crypto';
import type { Api } from '../client/api.js';
import { ApiError } from '../client/api-error.js';
import type { GeneratedSecret } from '../controller.js';
import { Secret } from '../kinds/kinds.js';

/** Makes a Secret where there is none. Returns whether it did. */
export async function makeSecret(api: Api, secret: GeneratedSecret, ofObject: string | undefined): Promise<boolean> {
  const { name, namespace = ofObject, labels, data, passwords } = secret;
  if (await api.get(Secret, name, namespace)) return false;
  const random = passwords.map((key) => [key, randomBytes(24).toString('base64url')]);
  const stringData = { ...data, ...Object.fromEntries(random) };
  try {
    await api.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, stringData });
    return true;
  } catch (error) {
    // Another writer was faster.
    if (error instanceof ApiError && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}
