import type { Journal } from './journal.js';
import { heeding } from './look.js';
import type { Owner } from './owner.js';
import { isInterrupted } from './problem.js';

/**
 * Calls of `act` and `finalize`. An object has one at a time: one that takes too long is not waited for any more, and
 * goes on all the same, so that another one beside it would do the same twice.
 */
export class Effects {
  /** By uid of the object. */
  private readonly running = new Map<string, Promise<unknown>>();

  /**
   * Waits for the end of what is begun, also while the process stops: half an effect is what the next leader must not
   * find. A function that heeds its signal ends at once.
   *
   * @throws Error while the former call for the object still runs, or the signal's reason when this one takes too long
   */
  async carryOut<T>(
    { metadata: { uid } }: Owner,
    signal: AbortSignal,
    journal: Journal,
    begin: () => T | Promise<T>,
  ): Promise<T> {
    if (this.running.has(uid))
      throw new Error('the former call took too long and still runs: there is no other one before that has ended');
    signal.throwIfAborted();
    const call = (async () => begin())();
    const end = () => this.running.delete(uid);
    this.running.set(uid, call);
    const ended = call.then(end, end);
    try {
      return await heeding(signal, call, (aborted) => !isInterrupted(aborted));
    } catch (error) {
      if (this.running.has(uid)) journal.unended = ended;
      throw error;
    }
  }

  /** Resolves when no call runs any more. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }
}
