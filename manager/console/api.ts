import type { Problem } from '../src/problem.js';

/** What is wrong with a field of a request. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** An answer that is not OK, or none: then `status` is 0. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail);
  }
}

// In memory only: a page that is loaded again asks again.
let token = '';

/** Sends this token with every request from now on. */
export function carryToken(text: string): void {
  token = text.trim();
}

/** Whether requests have a token. */
export function hasToken(): boolean {
  return token !== '';
}

/** Path of an instance in the API, or of all in a namespace. */
export function instancePath(namespace: string, name = ''): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/instances${name && `/${encodeURIComponent(name)}`}`;
}

/**
 * Sends a request.
 *
 * @throws Failure for an answer that is not OK, or without any
 */
export async function open(method: string, path: string, options: Options = {}): Promise<Response> {
  const { body, version, key, signal } = options;
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(version && { 'if-match': `"${version}"` }),
    ...(key && { 'idempotency-key': key }),
  };
  const answer = await fetch(path, { method, headers, signal, body: JSON.stringify(body) }).catch((error: Error) => {
    throw signal?.aborted ? error : new Failure(0, error.message);
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Failure(answer.status, problem.detail ?? answer.statusText, problem.errors);
}

interface Options {
  readonly body?: unknown;
  /** The version that the object must still have. */
  readonly version?: string;
  /** Makes a create that is sent twice create once. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/**
 * The body of an answer, JSON or text.
 *
 * @throws Failure as `open`
 */
export async function call<T>(method: string, path: string, options?: Options): Promise<T> {
  const answer = await open(method, path, options);
  return answer.headers.get('content-type')?.includes('json') ? answer.json() : ((await answer.text()) as T);
}
