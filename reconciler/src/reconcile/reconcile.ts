import type { Controller } from '../controller.js';
import { equal } from '../equal.js';
import type { KubernetesObject } from '../object.js';
import { inTurns } from '../queue/turn.js';
import { desiredSet } from './changes.js';
import type { Cluster } from './cluster.js';
import { failedBefore } from './conditions.js';
import { startDeciding } from './deciding.js';
import { Effects } from './effects.js';
import { finalize } from './finalize.js';
import { type Attempt, Journal, type Outcome } from './journal.js';
import { concludeOnly, observe } from './look.js';
import type { Owner } from './owner.js';
import { isInterrupted } from './problem.js';
import { Purity } from './purity.js';
import { decidedDelay, soonestLook, whileNamespaceEnds } from './requeue.js';
import type { Decided, Run } from './run.js';
import type { Status } from './status.js';
import { takeStep } from './take-step.js';
import { writeChildren } from './write-children.js';
import { writeStatus } from './write-status.js';

/** Milliseconds after a step until the next look at its effect. */
const afterStep = 1_000;

/**
 * Brings the cluster closer to one object after the other. A reconciliation is look → decide → write; its failures are
 * stated.
 */
export class Reconciler {
  private readonly purity = new Purity();
  private readonly effects = new Effects();

  constructor(
    private readonly controller: Controller,
    private readonly cluster: Cluster,
    private readonly now = () => new Date(),
    private readonly standAside: Run['standAside'] = (waits) => waits,
  ) {}

  async reconcile(found: Owner, signal: AbortSignal): Promise<Outcome> {
    const { controller, cluster, effects, now, standAside } = this;
    const journal = new Journal();
    const run: Run = {
      ...{ controller, cluster, owner: found, signal, journal, now, standAside },
      isWanted: () => !isInterrupted(signal) && this.isWanted(found),
      carryOut: (begin) => standAside(effects.carryOut(found, signal, journal, begin)),
    };
    if (found.metadata.deletionTimestamp) return finalize(run);
    const { done, result: owner } = await run.journal.attempt('finalizer', 'FinalizerFailed', () => withFinalizer(run));
    if (done) return this.bring({ ...run, owner });
    await writeStatus(run, found, {});
    return run.journal.outcome();
  }

  private isWanted(owner: Owner): boolean {
    const now = this.cluster.latest(owner);
    return now !== undefined && !now.metadata.deletionTimestamp && !isPaused(this.controller, now);
  }

  /** Resolves when no `act` or `finalize` runs any more, also of those that were not waited for. */
  ended(): Promise<void> {
    return this.effects.ended();
  }

  private async bring(run: Run): Promise<Outcome> {
    const { controller, owner, signal, journal } = run;
    const failedStep = failedBefore(owner.status as Status | undefined);
    const paused = isPaused(controller, owner);
    const observed = await observe(run);
    // What was not waited for may look like what is not there: the next leader sees for itself.
    if (controller.observe && isInterrupted(signal)) return journal.outcome();
    const written = paused ? await concludeOnly(run, observed) : await this.decideAndWrite(run, observed);
    if (journal.brokenOff) return journal.outcome();
    // An object in a namespace that is being deleted goes with it.
    if (journal.namespaceEnds && owner.metadata.namespace) return journal.outcome(whileNamespaceEnds);
    const decided: Decided = { ...written, paused, failedStep };
    const delay = await decidedDelay(run, decided);
    // Of an object that has said how far it is the status is no more what it was.
    const last = journal.stated ? (run.cluster.latest(owner) ?? owner) : owner;
    const stated = await writeStatus(run, last, decided);
    if (journal.errors.length > 0) return journal.outcome();
    if (paused) return journal.outcome(soonestLook(run, delay));
    const stepped = await takeStep(run, decided);
    if (!equal(stepped.failedStep, failedStep))
      await writeStatus(run, stated, { ...decided, failedStep: stepped.failedStep });
    if (journal.errors.length > 0) return journal.outcome();
    return journal.outcome(stepped.acted ? afterStep : soonestLook(run, delay));
  }

  /** A small controller writes its children also where looking failed; what it would say of them waits. */
  private async decideAndWrite(run: Run, observed: Attempt<unknown>): Promise<Decided> {
    const { controller, cluster, owner, journal } = run;
    const whole = controller.options.decide !== undefined;
    if (whole && !observed.done) return {};
    const [during, reason] = whole ? ['decide', 'DecideFailed'] : ['render', 'RenderFailed'];
    const started = await journal.attempt(during, reason, async () => {
      this.purity.check(owner);
      const deciding = startDeciding(controller, owner, () => cluster.children(owner), observed.result);
      return { ...deciding, desired: await inTurns(desiredSet(controller, owner, deciding.children)) };
    });
    if (!started.done) return {};
    const { desired, conclude, children, again } = started.result;
    if (journal.errors.length === (observed.done ? 0 : 1)) await writeChildren(run, started.result);
    this.purity.remember(owner, journal.changes.length > 0, { during, children, again });
    return { desired, conclusion: observed.done ? conclude() : undefined };
  }
}

/** The finalizer comes before the first effect that it is there to clean up. */
async function withFinalizer({ controller, cluster, owner, journal }: Run): Promise<Owner> {
  if (!controller.finalize || cluster.hasFinalizer(owner)) return owner;
  const changed = await cluster.setFinalizer(owner, true);
  journal.changes.push('set the finalizer');
  return changed;
}

/** Annotation that pauses an object, with the value `true`. */
function pauseAnnotation({ resource }: Controller): string {
  return `${resource.group}/paused`;
}

/**
 * Whether the object asks to leave its children alone: by annotation, or by `spec.paused` where the resource
 * has that.
 */
export function isPaused(controller: Controller, object: KubernetesObject & { readonly spec: unknown }): boolean {
  const { paused } = (object.spec ?? {}) as { readonly paused?: unknown };
  return paused === true || object.metadata?.annotations?.[pauseAnnotation(controller)] === 'true';
}
