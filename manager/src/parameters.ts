import { type TProperties, Type } from '@sinclair/typebox';
import { problem } from './problem.js';

const namespaceName = Type.String({
  description: 'Namespace.',
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  maxLength: 63,
});

/** Path of a namespace. */
export const inNamespace = Type.Object({ namespace: namespaceName });
/** Path of an instance. */
export const ofInstance = Type.Object({
  namespace: namespaceName,
  name: Type.String({ description: 'Name of the instance.', pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$', maxLength: 52 }),
});

/** A parameter that is not known is refused: `dryrun=true` must not delete. */
export const query = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false });

/** Query of every write. */
export const writeQuery = query({
  dryRun: Type.Optional(
    Type.Boolean({ default: false, description: 'Check everything that the API server checks, and keep nothing.' }),
  ),
});

/** Query for one namespace instead of all. */
export const someNamespace = { namespace: Type.Optional(namespaceName) };

/** Query that narrows a list. */
export const filters = {
  phase: Type.Optional(Type.String({ maxLength: 32, description: 'Such as Running.' })),
  type: Type.Optional(Type.String({ maxLength: 32, description: 'standalone or cluster.' })),
  search: Type.Optional(Type.String({ maxLength: 64, description: 'Part of the name.' })),
};

/** Query for a page of a list. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  after: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the page before.' })),
};

/** Header of a write to one version only. */
export const ifMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: '^(W/)?"?[0-9]{1,20}"?$|^[*]$',
      description: 'ETag of the version to change; refused with 412 if there is a newer one.',
    }),
  ),
});

/** Headers of a create. */
export const createHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same request with the same key creates once, however often it is sent.',
    }),
  ),
});

/** The resource version in an ETag: quoted or not, weak or not; `*` is any. */
export function versionOf(etag: string | undefined): string | undefined {
  const version = etag?.replace(/^W\//, '').replaceAll('"', '');
  return version === '*' ? undefined : version;
}

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request is not one that this path takes.',
  401: 'No token, or one that the API server does not accept.',
  403: 'The caller may not do this.',
  404: 'There is no such thing.',
  409: 'It exists, is changing at this moment, or is in a state that does not allow this.',
  412: 'There is a newer version than If-Match says.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'A field is wrong.',
  429: 'Too many requests; see Retry-After.',
  500: 'This service failed.',
  503: 'The Kubernetes API server does not answer.',
};

/** Responses that any path may give, and the `more` of some. */
export function problems(...more: readonly number[]) {
  const statuses = [400, 401, 403, 429, 500, 503, ...more].toSorted((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(descriptions[status]!)]));
}
