/** What the page uses of an instance; the whole is in the OpenAPI document. */
export interface Instance {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
  readonly phase: string;
  readonly spec: {
    readonly type?: string;
    readonly replicas?: number;
    readonly image?: string;
    readonly version?: string;
    readonly paused?: boolean;
    readonly database?: { readonly type?: string };
    readonly resources?: Resources;
  };
  readonly status: {
    readonly version?: string;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
  readonly endpoints: readonly { readonly name: string; readonly address: string }[];
}

export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Member {
  readonly pod: string;
  readonly ready: boolean;
  readonly phase: string;
  readonly node?: string;
  readonly restarts: number;
  readonly state?: string;
  readonly leaderOf: readonly string[];
  readonly version?: string;
}

export interface Event {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly object: string;
  readonly count: number;
  readonly lastSeen: string;
}

export interface Version {
  readonly version: string;
  readonly image: string;
  readonly default: boolean;
}

export interface Plan {
  readonly refused: readonly FieldError[];
  readonly fields: readonly string[];
  readonly steps: readonly string[];
  readonly restarts: readonly string[];
  readonly objects: readonly {
    readonly change: 'created' | 'changed' | 'removed';
    readonly kind: string;
    readonly name: string;
    readonly paths: readonly string[];
  }[];
}

export interface FieldError {
  readonly field: string;
  readonly pointer: string;
  readonly detail: string;
}

/** An answer that says no. */
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

export function carryToken(text: string): void {
  token = text.trim();
}

export function hasToken(): boolean {
  return token !== '';
}

export function instancePath(namespace: string, name = ''): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/instances${name && `/${encodeURIComponent(name)}`}`;
}

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

export async function call<T>(method: string, path: string, options?: Options): Promise<T> {
  const answer = await open(method, path, options);
  return answer.headers.get('content-type')?.includes('json') ? answer.json() : ((await answer.text()) as T);
}
