const afterTimeout = (milliseconds: number, call: () => void) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};

/**
 * Does something with a signal that aborts after so many milliseconds, or with `signal`. Not by AbortSignal.any and
 * AbortSignal.timeout, which garbage collection can take away before they fire (nodejs/node#57736).
 *
 * @param after a timer; returns what cancels it. @default setTimeout
 * @throws the reason of `signal`, or what `work` throws when its signal aborts with a DOMException named TimeoutError
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (either: AbortSignal) => Promise<T>,
  after: (milliseconds: number, call: () => void) => () => void = afterTimeout,
): Promise<T> {
  signal.throwIfAborted();
  const either = new AbortController();
  const follow = () => either.abort(signal.reason);
  const late = new DOMException(`no answer within ${milliseconds / 1000} s`, 'TimeoutError');
  const cancel = after(milliseconds, () => either.abort(late));
  signal.addEventListener('abort', follow, { once: true });
  try {
    return await work(either.signal);
  } finally {
    cancel();
    signal.removeEventListener('abort', follow);
  }
}
