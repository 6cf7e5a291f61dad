import { TerminalError } from '../errors.js';

/** Seconds. What is due already is looked at after so long, not at once for ever. */
const soonest = 1;

/**
 * Milliseconds until the next look; undefined for never, which Infinity says too.
 *
 * @param seconds as `requeueAfter` and `finalize` return them
 * @throws TerminalError if it is not a number
 */
export function requeueDelay(seconds: number | undefined): number | undefined {
  if (seconds === undefined || seconds === Number.POSITIVE_INFINITY) return undefined;
  if (typeof seconds !== 'number' || Number.isNaN(seconds))
    throw new TerminalError(
      'InvalidRequeueAfter',
      `requeueAfter is ${String(seconds)}, expected seconds; undefined or Infinity for never`,
    );
  return Math.max(seconds, soonest) * 1000;
}
