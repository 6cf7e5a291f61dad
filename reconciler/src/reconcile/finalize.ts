import type { Outcome } from './journal.js';
import { concludeOnly, observe } from './look.js';
import { isInterrupted } from './problem.js';
import { decidedDelay, requeueDelay, soonestLook } from './requeue.js';
import type { Run } from './run.js';
import { writeStatus } from './write-status.js';

/** Cleans up before an object goes. While that is not done, or fails, the object says so. */
export async function finalize(run: Run): Promise<Outcome> {
  const { controller, cluster, owner, journal, signal } = run;
  // One that a version with `finalize` has left goes too.
  if (!cluster.hasFinalizer(owner)) return stateHeld(run);
  const { done, result: wait } = await journal.attempt('finalize', 'FinalizeFailed', async () => {
    const seconds = await run.carryOut(() =>
      controller.finalize?.(owner, cluster.children(owner), cluster.context(signal)),
    );
    return typeof seconds === 'number' ? (requeueDelay(seconds) ?? 'for a change') : undefined;
  });
  if (!done && isInterrupted(signal)) return journal.outcome();
  if (done && wait === undefined) {
    const gone = await journal.attempt('finalizer', 'FinalizerFailed', () => cluster.setFinalizer(owner, false));
    if (gone.done) journal.changes.push('cleaned up');
    if (gone.done || journal.unsure) return journal.outcome();
  }
  await writeStatus(run, owner, { cleaningUp: 'cleaning up before it is deleted' });
  return journal.outcome(soonestLook(run, typeof wait === 'number' ? wait : undefined));
}

/** Finalizers of others may hold an object for long, and its children change meanwhile. */
async function stateHeld(run: Run): Promise<Outcome> {
  const { owner, journal, signal } = run;
  const { finalizers = [] } = owner.metadata;
  // Nothing holds it: it is gone, which its watch has not shown yet.
  if (finalizers.length === 0) return journal.outcome();
  const concluded = await concludeOnly(run, await observe(run));
  if (isInterrupted(signal)) return journal.outcome();
  const delay = await decidedDelay(run, concluded);
  await writeStatus(run, owner, {
    ...concluded,
    held: `it is being deleted, which waits for ${finalizers.join(', ')}`,
  });
  return journal.outcome(soonestLook(run, delay));
}
