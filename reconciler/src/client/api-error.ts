interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number; readonly causes?: readonly ApiErrorCause[] };
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
    const { reason = `Http${status}`, message, details } = parseStatus(body);
    const seconds = Number(retryAfter ?? details?.retryAfterSeconds);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    const text = message ?? `HTTP ${status}: ${body.slice(0, 200)}`;
    return new ApiError(request, status, reason, text, wait, details?.causes);
  }

  /**
   * Whether the same request may succeed later without any change. A 404 that is no `Status` says nothing of the object:
   * the server is starting, or has just lost the kind.
   */
  get transient(): boolean {
    return this.status >= 500 || [401, 408, 409, 410, 429].includes(this.status) || this.reason === 'Http404';
  }
}

/** What is wrong with the connection rather than with the request. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

function parseStatus(body: string): Status {
  try {
    const status: unknown = JSON.parse(body);
    return typeof status === 'object' && status !== null ? status : {};
  } catch {
    return {};
  }
}
