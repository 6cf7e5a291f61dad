import { concludeUnwritten } from './deciding.js';
import type { Attempt } from './journal.js';
import type { Decided, Run } from './run.js';

/** Facts from outside the caches. */
export function observe({ controller, cluster, owner, signal, journal }: Run): Promise<Attempt<unknown>> {
  return journal.attempt('observe', 'ObserveFailed', () =>
    heeding(signal, controller.observe?.(owner, cluster.children(owner), cluster.context(signal))),
  );
}

/** What there is to say of an object that is left alone, as it is paused or being deleted. */
export async function concludeOnly(
  { controller, cluster, owner, journal }: Run,
  observed: Attempt<unknown>,
): Promise<Decided> {
  if (!observed.done) return {};
  const { result } = await journal.attempt('decide', 'DecideFailed', () =>
    concludeUnwritten(controller, owner, cluster.children(owner), observed.result),
  );
  return { conclusion: result };
}

/**
 * What a function of a controller waits for, no longer than until `signal` aborts: a function that does not pass the
 * signal on would keep its worker for ever.
 *
 * @throws the signal's reason once it aborts
 */
export function heeding<T>(signal: AbortSignal, waits: T | Promise<T>): T | Promise<T> {
  if (!(waits instanceof Promise)) return waits;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    waits.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
