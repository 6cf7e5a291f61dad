import { concludeUnwritten } from './deciding.js';
import type { Attempt } from './journal.js';
import type { Decided, Run } from './run.js';

/** Facts from outside the caches. */
export function observe(run: Run): Promise<Attempt<unknown>> {
  const { controller, cluster, owner, signal, journal } = run;
  return journal.attempt('observe', 'ObserveFailed', () => {
    const looks: unknown = controller.observe?.(owner, cluster.children(owner), cluster.context(signal));
    return isThenable(looks) ? run.standAside(heeding(signal, Promise.resolve(looks))) : looks;
  });
}

/** A query builder, or another library's promise, is none of JavaScript's. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
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
 * @param letsGo whether to stop waiting for such a reason. @default for each
 * @throws the signal's reason once it aborts
 */
export function heeding<T>(
  signal: AbortSignal,
  waits: Promise<T>,
  letsGo: (signal: AbortSignal) => boolean = () => true,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => {
      if (letsGo(signal)) reject(signal.reason);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    waits.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
