import { concludeUnwritten } from './deciding.js';
import { heeding } from './heeding.js';
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
