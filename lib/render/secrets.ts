import type { Secret } from 'kubernetes-types/core/v1.js';
import type { Instance } from '../resource/resolve.js';
import { metadata } from './metadata.js';

/** What a spec has in plain text goes into Secrets, so that it is at least not in the pods. Nothing is made up here. */
export function secrets(instance: Instance): Secret[] {
  const { database, authentication, names } = instance;
  const plaintext = database.type === 'mysql' ? database.plaintext : undefined;
  return [
    ...(plaintext
      ? [secret(instance, names.databaseSecret, { username: plaintext.user, password: plaintext.password })]
      : []),
    ...(authentication.plaintextToken
      ? [secret(instance, names.tokenSecret, { token: authentication.plaintextToken })]
      : []),
  ];
}

// `data` and not `stringData`: the latter makes a server-side apply that changes nothing look like a change.
function secret(instance: Instance, name: string, values: Readonly<Record<string, string>>): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(instance, name),
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}
