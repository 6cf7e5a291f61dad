import type { Instance } from '../../resource/resolve.js';
import type { Facts } from '../facts.js';

export interface SeedData {
  readonly type: 'SeedData';
  readonly message: string;
  readonly pod: string;
  /** Names of the items to write, in order. */
  readonly items: readonly string[];
  /** How many of them are tried before the next look; those that the server refuses do not count. */
  readonly atOnce: number;
}

/** So that a pass has an end. */
const atOnce = 20;

/** What is missing of the initial data is written, and what people changed stays. */
export function initialData(_: Instance, { data }: Facts): SeedData | undefined {
  if (!data?.found) return undefined;
  const names = data.decisions.filter(({ what }) => what === 'write').map(({ facts }) => facts.item.name);
  if (names.length === 0) return undefined;
  const rest = names.length - atOnce;
  const message = `wrote ${names.slice(0, atOnce).join(', ')}${rest > 0 ? `; ${rest} more to come` : ''}`;
  return { type: 'SeedData', message: message.slice(0, 1000), pod: data.pod, items: names, atOnce };
}
