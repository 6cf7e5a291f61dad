import type { Controller } from '../controller.js';
import type { Cluster } from './cluster.js';
import type { Problem } from './conditions.js';
import type { Conclusion } from './deciding.js';
import type { Journal } from './journal.js';
import type { Owner } from './owner.js';
import type { Desired } from './ownership.js';

/** What the parts of one reconciliation share. */
export interface Run {
  readonly controller: Controller;
  readonly cluster: Cluster;
  readonly owner: Owner;
  /** Aborted when the process stops, or the reconciliation takes too long. */
  readonly signal: AbortSignal;
  readonly journal: Journal;
  now(): Date;
  /** Whether the children are still to be written: what was decided may take long to write. */
  isWanted(): boolean;
  /** Calls `act` or `finalize`, which run once at a time for each object. */
  carryOut<T>(begin: () => T | Promise<T>): Promise<T>;
  /** Waits for what is outside the cluster, and keeps no other object waiting. */
  standAside<T>(waits: Promise<T>): Promise<T>;
}

/** What was decided, as far as the status and the step depend on it. */
export interface Decided {
  /** Undefined where nothing was decided. */
  readonly desired?: readonly Desired[] | undefined;
  readonly conclusion?: Conclusion | undefined;
  readonly paused?: boolean;
  /** What keeps the last step from succeeding. */
  readonly failedStep?: Problem | undefined;
  /** How far the children are while they are written. Nothing else is said meanwhile. */
  readonly progress?: string | undefined;
  /** What an object that is being deleted waits for. */
  readonly cleaningUp?: string | undefined;
  /** The same, where others have to do it and its children are still there. */
  readonly held?: string | undefined;
}
