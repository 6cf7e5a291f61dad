import type { ActContext, Children, EventNote, Kinds } from '../controller.js';
import type { Stored } from '../object.js';
import type { Known } from './changes.js';
import type { Owner } from './owner.js';
import type { Desired } from './ownership.js';
import type { Status } from './status.js';

/** An event, and which of an object's budgets pays for it. */
export interface ReportedNote extends EventNote {
  readonly about: 'condition' | 'step' | 'other';
}

/** The cluster as a reconciliation needs it. Every write shows in what is known at once. */
export interface Cluster extends Known {
  /** The object as it is known by now; undefined if it is gone. */
  latest(owner: Owner): Owner | undefined;
  /** By the names in `owns` and `reads`. */
  children(owner: Owner): Children<Kinds>;
  /**
   * Makes a child as desired.
   *
   * @param live @default the child is created
   * @throws NameTakenError if an object of that name has another owner
   */
  write(owner: Owner, desired: Desired, live?: Stored): Promise<void>;
  /** @returns whether it goes; not so where it is no child any more */
  remove(live: Stored): Promise<boolean>;
  /** @returns the object with, or without, our finalizer */
  setFinalizer(owner: Owner, present: boolean): Promise<Owner>;
  hasFinalizer(owner: Owner): boolean;
  /**
   * @param whole whether what was stated before and is not in `status` goes
   * @returns the status as it is now, or undefined if nothing changed
   */
  writeStatus(owner: Owner, status: Status, whole: boolean): Promise<Status | undefined>;
  /** Why the pods of a child are refused, if its controller said so lately. Asks the API server seldom. */
  refusedPods(child: Stored): Promise<string | undefined>;
  /** Never throws, never waits. */
  report(owner: Owner, note: ReportedNote): void;
  context(signal: AbortSignal): ActContext;
}
