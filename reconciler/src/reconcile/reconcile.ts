import type { Controller } from '../controller.js';
import { equal } from '../equal.js';
import { desiredSet } from './changes.js';
import { failedBefore } from './conditions.js';
import { startDeciding } from './deciding.js';
import { transitions } from './events.js';
import { type Outcome, type Parent, Pass, type PassCluster, type Seen } from './pass.js';
import { isPaused } from './pause.js';
import { isInterrupted } from './problem.js';
import { requeueDelay } from './requeue.js';
import type { Status } from './status.js';

/** Milliseconds after an action until somebody looks at what it did. */
const afterAction = 1_000;

/** One reconciliation: look → decide → write. Failures are collected, so that the status tells of them. */
export async function reconcile(
  controller: Controller,
  found: Parent,
  cluster: PassCluster,
  signal: AbortSignal,
  now: () => Date,
): Promise<Outcome> {
  if (found.metadata.deletionTimestamp) return finalize(controller, found, cluster, signal);
  if (controller.done?.(found)) return { changes: [], errors: [] };
  const pass = new Pass(controller, cluster, failedBefore(found.status as Status | undefined));
  const parent = await claimCleanup(controller, found, cluster);
  const paused = isPaused(controller, parent);
  const observed = paused
    ? undefined
    : await pass.attempt('observe', 'ObserveFailed', () =>
        controller.observe?.(parent, cluster.children(parent), cluster.context(signal)),
      );
  // What was not waited for may look like what is not there: the next leader sees for itself.
  if (controller.observe && isInterrupted(signal)) return pass.outcome();
  const blind = controller.options.decide && pass.errors.length > 0;
  const seen: Seen =
    paused || blind ? { parent, paused } : await decideAndWrite(controller, parent, observed, cluster, pass);
  // Before the status, which tells of a wrong one.
  const requeueAfter =
    pass.errors.length > 0
      ? undefined
      : await pass.attempt('requeueAfter', 'InvalidRequeueAfter', () => requeueDelay(seen.conclusion?.requeueAfter()));
  const tell = async (before: Parent) => {
    const status = await pass.writeStatus(before, seen, now());
    if (status) report(before, status, seen, cluster);
    return status ? { ...before, status } : before;
  };
  const told = await tell(parent);
  if (paused || pass.errors.length > 0) return pass.outcome();
  const failed = pass.failedAction;
  const acted = await pass.act(seen, signal);
  if (!equal(pass.failedAction, failed)) await tell(told);
  if (pass.errors.length > 0) return pass.outcome();
  return pass.outcome(acted ? afterAction : requeueAfter);
}

async function decideAndWrite(
  controller: Controller,
  parent: Parent,
  observed: unknown,
  cluster: PassCluster,
  pass: Pass,
): Promise<Seen> {
  const deciding = await pass.attempt('render', 'RenderFailed', () => {
    const started = startDeciding(controller, parent, () => cluster.children(parent), observed);
    return { started, desired: desiredSet(controller, parent, started.children) };
  });
  await pass.attempt('secrets', 'RenderFailed', () => pass.makeSecrets(parent));
  if (!deciding) return { parent, paused: false };
  await pass.converge(parent, deciding.desired, deciding.started);
  return { parent, desired: deciding.desired, conclusion: deciding.started.conclude(), paused: false };
}

/** The finalizer comes before the first effect that it is there to clean up. */
async function claimCleanup(controller: Controller, parent: Parent, cluster: PassCluster): Promise<Parent> {
  return controller.finalize && !cluster.hasFinalizer(parent) ? cluster.setFinalizer(parent, true) : parent;
}

async function finalize(
  controller: Controller,
  parent: Parent,
  cluster: PassCluster,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!controller.finalize || !cluster.hasFinalizer(parent)) return { changes: [], errors: [] };
  const seconds = await controller.finalize(parent, cluster.context(signal));
  if (typeof seconds === 'number') return { changes: [], errors: [], requeueAfter: requeueDelay(seconds) };
  await cluster.setFinalizer(parent, false);
  return { changes: ['cleaned up'], errors: [] };
}

function report(parent: Parent, status: Status, { conclusion }: Seen, cluster: PassCluster): void {
  const before = (parent.status ?? {}) as Status;
  const notes = [
    ...transitions(before.conditions ?? [], status.conditions ?? []),
    ...(conclusion?.events(status) ?? []),
  ];
  for (const note of notes) cluster.report(parent, note);
}
