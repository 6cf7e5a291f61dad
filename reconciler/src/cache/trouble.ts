import type { Logger } from 'pino';
import { ApiError } from '../client/api-error.js';
import type { Kind } from '../kind.js';
import { DefinitionError } from '../reconcile/problem.js';

/**
 * What keeps a watch from working: one line in the log for each, and one for its end, though an API server stays away
 * for an hour.
 */
export class Trouble {
  /** In words; undefined while there is none. */
  text: string | undefined;

  constructor(
    private readonly about: { readonly kind: Kind; readonly namespace?: string },
    private readonly log: Logger,
  ) {}

  begin(text: string, err: unknown): void {
    if (text === this.text) return;
    this.log.warn({ ...this.names, err }, text);
    this.text = text;
  }

  end(): void {
    if (this.text !== undefined) this.log.info(this.names, 'the watch works again');
    this.text = undefined;
  }

  private get names() {
    const { kind, namespace } = this.about;
    return { kind: kind.kind, namespace };
  }
}

/** What an error means and what to do, in the same words as long as it means the same. */
export function adviceOn(error: unknown): string {
  if (error instanceof DefinitionError) return error.message;
  if (!(error instanceof ApiError)) return `lost the watch, connecting again${cause(error)}`;
  switch (error.status) {
    case 401:
      return 'the API server does not accept our credentials';
    case 403:
      return 'not allowed to watch: apply the roles that Operator renders';
    default:
      return `watch refused with ${error.status}, trying again`;
  }
}

/**
 * Trouble that does not pass by itself is named. How a connection broke changes from attempt to attempt, and says
 * little.
 */
function cause(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /certificate|self.signed|\btls\b|\bssl\b|credential|token|kubeconfig/i.test(message) ? `: ${message}` : '';
}
