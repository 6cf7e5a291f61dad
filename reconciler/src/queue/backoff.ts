export interface Backoff {
  /** Milliseconds. */
  readonly first: number;
  /** Milliseconds. */
  readonly cap: number;
}

/** Of an object whose pass failed. */
export const reconcileBackoff: Backoff = { first: 5, cap: 5 * 60_000 };
/** Of a list or watch that failed, as client-go has it (tools/cache/reflector.go). */
export const watchBackoff: Backoff = { first: 800, cap: 30_000 };

/**
 * Milliseconds to wait after the `failures`-th failure in a row (1, 2, …): doubling, with up to half of it taken off at random,
 * so that what failed together does not come back together.
 *
 * @param random between 0 and 1
 */
export function delayOf({ first, cap }: Backoff, failures: number, random = Math.random()): number {
  const full = Math.min(first * 2 ** (failures - 1), cap);
  return full * (1 - random / 2);
}
