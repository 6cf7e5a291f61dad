/**
 * Says that trying again cannot help before the object changes. `render`, `status`, `observe`, `plan` and
 * `act` may throw it: the object gets the condition `Stalled` with this reason and message and is left alone until it,
 * or one of its children, changes. Any other error is retried with growing delays.
 */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';

  /** @param reason one word in CamelCase, such as `InvalidSpec` */
  constructor(
    readonly reason: string,
    message: string,
    // Not ErrorOptions, which apps that compile for ES2016 do not know.
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Others keep undoing what is written to a child, or take the finalizer away. */
export class RivalError extends Error {
  override readonly name = 'RivalError';

  constructor(
    message: string,
    /** Milliseconds until the next attempt. */
    readonly retryAfter: number,
  ) {
    super(message);
  }
}
