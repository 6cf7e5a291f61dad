export interface Backoff {
  /** Milliseconds. */
  readonly first: number;
  /** Milliseconds. */
  readonly cap: number;
}

/** Of an object after a failed reconciliation. */
export const reconcileBackoff: Backoff = { first: 5, cap: 5 * 60_000 };
/** Of an object that changes again and again while it is reconciled, perhaps by that. */
export const unsettledBackoff: Backoff = { first: 5, cap: 1_000 };
/** Of a list or watch that failed, as client-go has it (tools/cache/reflector.go). */
export const watchBackoff: Backoff = { first: 800, cap: 30_000 };
/** Of looks at whether a kind is served by now. */
export const definitionBackoff: Backoff = { first: 1_000, cap: 10_000 };

/** A server that asks for more is asked again all the same: its trouble may be over long before. */
const longestAsked = 5 * 60_000;

/**
 * Milliseconds to wait after the `failures`-th failure in a row (1, 2, …): doubling, with up to half of it taken off at
 * random, so that what failed together does not come back together.
 *
 * @param atLeast milliseconds that a server asks for, such as by `Retry-After`
 * @param random between 0 and 1
 */
export function delayOf({ first, cap }: Backoff, failures: number, atLeast = 0, random = Math.random()): number {
  const full = Math.min(first * 2 ** (failures - 1), cap);
  const asked = atLeast > 0 ? Math.min(atLeast, longestAsked) : 0;
  return Math.max(full * (1 - random / 2), asked);
}
