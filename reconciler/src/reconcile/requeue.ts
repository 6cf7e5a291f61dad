import { TerminalError } from '../errors.js';
import type { Decided, Run } from './run.js';
import type { Status } from './status.js';

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

/** Until the next look whether a namespace that was being deleted is gone. */
export const whileNamespaceEnds = 5_000;

/**
 * Until the next look why a child lacks pods, which is a list of events: of thousands of objects, each as long as a
 * quota refuses its pods. The longer that lasts, the seldomer.
 */
function whilePodsAreMissing({ owner, now }: Run): number {
  const { conditions = [] } = (owner.status ?? {}) as Status;
  const since = conditions.find(({ type, status }) => type === 'Ready' && status === 'False')?.lastTransitionTime;
  const lasts = since === undefined ? 0 : now().getTime() - Date.parse(since);
  return Math.min(Math.max(lasts / 4 || 0, 10_000), 5 * 60_000);
}

/**
 * Milliseconds until the next look, as it is decided. Call it before the status is written, which reports a wrong one.
 */
export async function decidedDelay({ journal }: Run, { conclusion }: Decided): Promise<number | undefined> {
  if (journal.errors.length > 0) return undefined;
  const delay = () => requeueDelay(conclusion?.requeueAfter());
  return (await journal.attempt('requeueAfter', 'InvalidRequeueAfter', delay)).result;
}

/** The sooner one of the decided look, and of looks at what no watch reports. */
export function soonestLook(run: Run, decided: number | undefined): number | undefined {
  const { journal } = run;
  const delays = [
    ...(decided === undefined ? [] : [decided]),
    ...(journal.namespaceEnds ? [whileNamespaceEnds] : []),
    ...(journal.podsAreMissing ? [whilePodsAreMissing(run)] : []),
  ];
  return delays.length > 0 ? Math.min(...delays) : undefined;
}
