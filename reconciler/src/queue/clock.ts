/** Time as queues and watches need it; tests bring one that they turn by hand. */
export interface Clock {
  /** Milliseconds since some moment, the same one in all threads. Never goes back, unlike the time of day. */
  now(): number;
  /**
   * Calls once, after so many milliseconds, unless the returned function is called before. Infinity is never, a
   * negative number now.
   *
   * @throws RangeError if `milliseconds` is not a number
   */
  after(milliseconds: number, call: () => void): () => void;
}

/** A timer of Node that is set for longer ends after a millisecond: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  after: (milliseconds, call) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number) => {
      const next = Math.min(left, longestTimer);
      timer = setTimeout(() => (left > next ? wait(left - next) : call()), next);
    };
    if (checked(milliseconds) !== Number.POSITIVE_INFINITY) wait(Math.max(milliseconds, 0));
    return () => clearTimeout(timer);
  },
};

/** @throws RangeError if it is not a number */
export function checked(milliseconds: number): number {
  if (Number.isNaN(milliseconds)) throw new RangeError('a timer was set for NaN milliseconds');
  return milliseconds;
}

/** Resolves after so many milliseconds, or as soon as `signal` aborts. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(milliseconds, wake);
    signal?.addEventListener('abort', wake);
  });
}
