import { setTimeout } from 'node:timers/promises';
import type { Round, Transfer } from './transfer.js';

/** One round, and when it began: what was written to the source before is in the target. */
export interface Followed extends Round {
  readonly began: Date;
  readonly ended: Date;
}

/** Rounds after which a copy ends although the source still changes. */
const mostRounds = 6;

/**
 * Rounds until one finds nothing to do.
 *
 * @returns those that did something; as many as are allowed where the source changes faster than it is copied
 */
export async function settle(transfer: Transfer): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = await transfer.round(); hasNews(round); round = await transfer.round()) {
    rounds.push(round);
    if (rounds.length === mostRounds) break;
  }
  return rounds;
}

/**
 * Rounds until it is stopped, and one more: all that was written to the source before the stop is in the target.
 *
 * @param seconds between two rounds
 */
export async function follow(
  transfer: Transfer,
  seconds: number,
  stop: AbortSignal,
  each: (round: Followed) => void,
): Promise<void> {
  for (let last = false; !last; ) {
    await setTimeout(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
    last = stop.aborted;
    each(await timed(transfer));
  }
}

export function hasNews({ written, removed, left, kept }: Round): boolean {
  return written + removed.length + left.length + kept.length > 0;
}

async function timed(transfer: Transfer): Promise<Followed> {
  const began = new Date();
  return { ...(await transfer.round()), began, ended: new Date() };
}
