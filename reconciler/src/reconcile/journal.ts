import type { Problem } from './conditions.js';
import { NamespaceEndingError, problemOf, refusesForNamespace } from './problem.js';

/** What a reconciliation did, for the log, and when to look again. */
export interface Outcome {
  /** Such as `created Deployment shop/web`; empty at rest. */
  readonly changes: readonly string[];
  /** Why children wait; empty where none does. */
  readonly waits: readonly string[];
  readonly errors: readonly unknown[];
  /** Whether the status was written. @default false */
  readonly stated?: boolean;
  /** Milliseconds. */
  readonly requeueAfter?: number | undefined;
  /** Resolves when what took too long has ended: then it is time for another look. */
  readonly unended?: Promise<unknown> | undefined;
}

/** What one reconciliation did, and what went wrong in it. */
export class Journal {
  readonly changes: string[] = [];
  readonly errors: unknown[] = [];
  readonly problems: Problem[] = [];
  /** Why children wait. */
  readonly waits: string[] = [];
  /** The status was written. */
  stated = false;
  /** An error says nothing about the object, such as a lost connection: then there is nothing to state. */
  unsure = false;
  /** A namespace is being deleted: nothing can be created in it, and nothing is wrong with that. */
  namespaceEnds = false;
  /** Not all children were looked at: the process stops, or the object was deleted or paused meanwhile. */
  brokenOff = false;
  /** Resolves when a call ends that took too long and still runs. */
  unended: Promise<unknown> | undefined;
  /** A child lacks pods, and why may be said in events, which are not watched. */
  podsAreMissing = false;

  outcome(requeueAfter?: number): Outcome {
    const { changes, waits, errors, stated, unended } = this;
    return { changes, waits, errors, stated, requeueAfter, unended };
  }

  /**
   * Carries out `action` and notes its failure.
   *
   * @param during what is tried, such as `Service shop/web`
   * @param reason of errors that have none of their own
   * @returns whether it succeeded, and with what
   */
  async attempt<T>(during: string, reason: string, action: () => T | Promise<T>): Promise<Attempt<T>> {
    try {
      return { done: true, result: await action() };
    } catch (error) {
      if (error instanceof NamespaceEndingError || refusesForNamespace(error)) {
        this.namespaceEnds = true;
        this.waits.push((error as Error).message);
        return { done: false };
      }
      this.errors.push(error);
      const problem = problemOf(error, during, reason);
      if (problem) this.problems.push(problem);
      else this.unsure = true;
      return { done: false };
    }
  }
}

export type Attempt<T> =
  | { readonly done: true; readonly result: T }
  | { readonly done: false; readonly result?: undefined };
