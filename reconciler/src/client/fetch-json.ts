import { within } from './within.js';

/** Milliseconds that a server has to answer. */
const patience = 5_000;

/** See `ObserveContext`. Errors leave out the query, where tokens may be. */
export function fetchJson<T>(url: string, body: object | undefined, signal: AbortSignal): Promise<T | undefined> {
  return within(patience, signal, (either) => ask<T>(url, body, either));
}

async function ask<T>(url: string, body: object | undefined, signal: AbortSignal): Promise<T | undefined> {
  const { origin, pathname } = new URL(url);
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, {
    ...(body && { method: 'POST', headers, body: JSON.stringify(body) }),
    signal,
  }).catch((error: Error) => {
    throw new Error(`${origin}${pathname}: ${(error.cause as Error | undefined)?.message ?? error.message}`);
  });
  if (response.ok) return (await response.json()) as T;
  const text = await response.text();
  if (response.status === 404) return undefined;
  throw new Error(`${origin}${pathname} answers ${response.status}: ${text.slice(0, 1000)}`);
}
