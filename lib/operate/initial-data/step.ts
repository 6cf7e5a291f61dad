import type { ItemDecision } from './decide.js';

export interface SeedData {
  readonly type: 'SeedData';
  readonly message: string;
  readonly pod: string;
  /** Names of the items to write, in order. */
  readonly items: readonly string[];
  /** How many of them are tried before the next look; those that the server refuses do not count. */
  readonly atOnce: number;
}

/** So that a reconciliation has an end. */
const atOnce = 20;

/** What is missing of the initial data is written, and what people changed stays. */
export function initialDataStep(pod: string, decisions: readonly ItemDecision[]): SeedData | undefined {
  const names = decisions.filter(({ verdict }) => verdict === 'write').map(({ found }) => found.item.name);
  if (names.length === 0) return undefined;
  const rest = names.length - atOnce;
  const message = `Writing ${names.slice(0, atOnce).join(', ')}${rest > 0 ? `; ${rest} more to come` : ''}`;
  return { type: 'SeedData', message: message.slice(0, 1000), pod, items: names, atOnce };
}
