import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from './client-api.js';

/** What is looked for on a member. */
export interface Sought extends Exchange {
  readonly what: string;
}

/** What came in the place of an answer with 200, within the time that a client waits. */
export type Reply = { readonly body: string } | { readonly failure: string };

interface Missing extends Sought {
  readonly answer?: string;
}

const unanswered = 'no answer';

/** @param headers by which the server lets the request in, or that end its connection */
export async function ask(
  url: string,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  try {
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(5000), headers });
    const body = await answer.text();
    return answer.ok ? { body } : { failure: `HTTP ${answer.status} ${body.slice(0, 100)}` };
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    return { failure: method === 'GET' ? unanswered : (cause?.code ?? name) };
  }
}

/**
 * What a member does not have. A few at a time, as a server of a small machine can bear. What is not there is looked
 * for again, as long as more of it comes or a question is not answered, and for a minute after: what is written while a
 * server starts it shows only when it next compares its files with the database, within 30 s (nacos:
 * DumpChangeConfigWorker.java).
 */
export async function missingOn(
  member: string,
  sought: readonly Sought[],
  headers: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const lookFor = async (one: Sought): Promise<Missing | undefined> => {
    const reply = await ask(`${member}${one.path}`, 'GET', headers);
    if ('failure' in reply) return { ...one, answer: reply.failure };
    return one.taken(reply.body) ? undefined : { ...one, answer: reply.body };
  };
  let missing: readonly Missing[] = sought;
  const begin = Date.now();
  for (let vain = 0; missing.length > 0 && vain < 120; ) {
    const left = (await eachOf(missing, lookFor)).filter((one) => one !== undefined);
    vain = left.length < missing.length || left.some(({ answer }) => answer === unanswered) ? 0 : vain + 1;
    missing = left;
    if (vain === 1) console.log(`${member} does not show yet: ${left.map(({ what }) => what).join(', ')}`);
    if (missing.length > 0) await sleep(500);
  }
  console.log(`${member}: all but ${missing.length} found after ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  return missing.map(({ what, answer }) => `${what}: ${answer}`);
}

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>, atOnce = 16): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [at, item] of waiting) results[at] = await work(item);
  });
  await Promise.all(workers);
  return results;
}
