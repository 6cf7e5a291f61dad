/** What is used of a `Status` of Kubernetes. */
interface Status {
  readonly reason?: string;
  readonly message?: string;
  /** Of the object that it is about. */
  readonly name?: string;
  readonly retryAfterSeconds?: number;
  readonly causes: readonly ApiErrorCause[];
}

/** What is wrong with one field, as `StatusCause` of Kubernetes has it. */
export interface ApiErrorCause {
  /** Such as `FieldValueInvalid`. */
  readonly reason?: string;
  readonly message?: string;
  /** Path of the field, such as `spec.replicas`. */
  readonly field?: string;
}

/** The API server said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** What was asked, such as `PATCH /api/v1/namespaces/shop/services/web`. */
    readonly request: string,
    /** Of HTTP. */
    readonly status: number,
    /** One word, such as `NotFound` or `Invalid`. */
    readonly reason: string,
    message: string,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter?: number,
    /** A cause for each field that is wrong, where the server says so. */
    readonly causes: readonly ApiErrorCause[] = [],
  ) {
    super(message);
  }

  /** @param body the answer's text, usually a `Status` as JSON */
  static from(request: string, status: number, body: string, retryAfter?: string): ApiError {
    const { reason = `Http${status}`, message, name, retryAfterSeconds, causes } = parseStatus(body);
    const seconds = Number(retryAfter ?? retryAfterSeconds);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    const text = message ?? `HTTP ${status}: ${body.slice(0, 200)}`;
    // Without a name it is the kind, or the path, that the server does not know.
    const found = reason === 'NotFound' && !name ? 'NotServed' : reason;
    return new ApiError(request, status, found, text, wait, causes);
  }

  /**
   * Whether the same request may succeed later without any change. A 404 that does not name the object says nothing of
   * it: the server is starting, or has just lost the kind.
   */
  get transient(): boolean {
    if (this.status === 404) return this.reason !== 'NotFound';
    return this.status >= 500 || [401, 408, 409, 410, 429].includes(this.status);
  }
}

/** What is wrong with the connection rather than with the request. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** A request that went unanswered for as long as the API server may take for it. */
export class NoAnswerError extends ConnectionError {}

/** A refusal may come from a webhook, or a proxy, that writes anything. */
function parseStatus(body: string): Status {
  const { reason, message, details } = fieldsOf(parsed(body));
  const { name, retryAfterSeconds, causes } = fieldsOf(details);
  return {
    reason: text(reason),
    message: text(message),
    name: text(name),
    ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
    causes: Array.isArray(causes) ? causes.map(causeOf) : [],
  };
}

function causeOf(cause: unknown): ApiErrorCause {
  const { reason, message, field } = fieldsOf(cause);
  return { reason: text(reason), message: text(message), field: text(field) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
