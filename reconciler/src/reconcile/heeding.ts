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
