import { TerminalError } from '../errors.js';
import type { Decided, Run } from './run.js';

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

/** Until the next look whether a namespace that was being deleted is gone, and why a child lacks pods. */
export const [whileNamespaceEnds, whilePodsAreMissing] = [5_000, 10_000];

/**
 * Milliseconds until the next look, as it is decided. Call it before the status is written, which reports a wrong one.
 */
export async function decidedDelay({ journal }: Run, { conclusion }: Decided): Promise<number | undefined> {
  if (journal.errors.length > 0) return undefined;
  const delay = () => requeueDelay(conclusion?.requeueAfter());
  return (await journal.attempt('requeueAfter', 'InvalidRequeueAfter', delay)).result;
}

/** The sooner one of the decided look, and of looks at what no watch reports. */
export function soonestLook({ journal }: Run, decided: number | undefined): number | undefined {
  const delays = [
    ...(decided === undefined ? [] : [decided]),
    ...(journal.namespaceEnds ? [whileNamespaceEnds] : []),
    ...(journal.podsAreMissing ? [whilePodsAreMissing] : []),
  ];
  return delays.length > 0 ? Math.min(...delays) : undefined;
}
