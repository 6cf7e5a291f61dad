import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Cache } from '../cache/caches.js';
import { ApiError } from '../client/api-error.js';
import type { Controller } from '../controller.js';
import { RivalError } from '../errors.js';
import { keyOf } from '../object.js';
import type { Clock } from '../queue/clock.js';
import type { Queue } from '../queue/queue.js';
import { turn } from '../queue/turn.js';
import type { Cluster } from '../reconcile/cluster.js';
import type { Outcome } from '../reconcile/journal.js';
import type { Owner } from '../reconcile/owner.js';
import { InterruptedError, isRetriable } from '../reconcile/problem.js';
import { Reconciler } from '../reconcile/reconcile.js';
import { current } from './current.js';
import type { Metrics } from './metrics.js';

export interface WorkersOptions {
  readonly controller: Controller;
  readonly queue: Queue;
  readonly owners: Cache;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Milliseconds for `observe`, `act` and `finalize` of a reconciliation. */
const timeLimit = 60_000;

/** What takes keys from a queue and reconciles their objects, a few at a time. */
export class Workers {
  private readonly stopping = new AbortController();
  private working: readonly Promise<void>[] = [];

  private readonly reconciler: Reconciler;

  constructor(private readonly options: WorkersOptions) {
    this.reconciler = new Reconciler(options.controller, options.cluster);
  }

  start(): void {
    const { controller, metrics } = this.options;
    const { name, workers = 4 } = controller;
    metrics.controller(name, workers);
    this.working = Array.from({ length: workers }, () => this.work());
  }

  /** Resolves when the reconciliations under way are through. */
  async drain(): Promise<void> {
    this.options.queue.close();
    await Promise.all(this.working);
  }

  /** Interrupts what reconciliations wait for outside the cluster. */
  interrupt(): void {
    this.stopping.abort(new InterruptedError('the process is stopping'));
  }

  private async work(): Promise<void> {
    const { queue } = this.options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      // With nothing to write a reconciliation waits for nothing: without a pause no timer would run before the last of
      // thousands.
      await turn();
      await this.reconcile(key);
      queue.done(key);
    }
  }

  private async reconcile(key: string): Promise<void> {
    const { controller, queue, owners, clock, metrics } = this.options;
    const owner = owners.store.get(...splitKey(key)) as Owner | undefined;
    // What lacks fields says nothing of what is wanted: all keys come again when it has them.
    if (!owner || !owners.synced) return queue.forget(key);
    const started = clock.now();
    metrics.reconciliationStarted(controller.name);
    const outcome = await this.attempt(owner);
    const duration = clock.now() - started;
    if (outcome.changes.length > 0 || outcome.stated) queue.wrote(key);
    const terminal = !outcome.errors.some(isRetriable);
    metrics.reconciliationEnded(controller.name, resultOf(outcome), duration, terminal);
    const retryIn = this.schedule(key, outcome, terminal);
    this.log(owner, outcome, duration, retryIn);
  }

  /** The outcome, also of a reconciliation that threw. */
  private async attempt(owner: Owner): Promise<Outcome> {
    const { controller } = this.options;
    const waits = controller.observe ?? controller.act ?? controller.finalize;
    const { signal, end } = waits ? this.limit() : { signal: this.stopping.signal };
    try {
      const named = { controller: controller.name, object: keyOf(owner) };
      return await current.run(named, () => this.reconciler.reconcile(owner, signal));
    } catch (error) {
      return { changes: [], waits: [], errors: [error] };
    } finally {
      end?.();
    }
  }

  /** What a reconciliation waits for outside the cluster ends with the process, and in time. */
  private limit(): { readonly signal: AbortSignal; readonly end?: () => void } {
    const limit = new AbortController();
    const stopping = this.stopping.signal;
    const abort = () => limit.abort(stopping.reason);
    const late = () => limit.abort(new Error(`took more than ${timeLimit / 1000} s`));
    const cancel = this.options.clock.after(timeLimit, late);
    stopping.addEventListener('abort', abort);
    const end = () => {
      cancel();
      stopping.removeEventListener('abort', abort);
    };
    return { signal: limit.signal, end };
  }

  private schedule(key: string, { errors, requeueAfter }: Outcome, terminal: boolean): number | undefined {
    const { queue } = this.options;
    if (errors.length > 0 && !terminal) {
      const waits = errors.map((error) =>
        error instanceof ApiError || error instanceof RivalError ? (error.retryAfter ?? 0) : 0,
      );
      return queue.retry(key, Math.max(...waits));
    }
    queue.forget(key);
    if (requeueAfter !== undefined) queue.addAfter(key, requeueAfter);
    return undefined;
  }

  /** One line for a reconciliation that did something; at rest there is none. */
  private log(owner: Owner, { changes, errors }: Outcome, duration: number, retryIn: number | undefined): void {
    if (changes.length === 0 && errors.length === 0) return;
    const { controller, log } = this.options;
    const line = {
      controller: controller.name,
      object: keyOf(owner),
      generation: owner.metadata.generation,
      reconcileId: randomUUID(),
      milliseconds: Math.round(duration),
      ...(changes.length > 0 && { changes: changes.slice(0, 20) }),
    };
    const retry = retryIn === undefined ? {} : { retryInMilliseconds: Math.round(retryIn) };
    if (errors.length === 0) log.info(line, 'reconciled');
    else log.error({ ...line, ...retry, err: errors[0], failures: errors.length }, 'reconcile failed');
  }
}

function resultOf({ errors, requeueAfter }: Outcome) {
  if (errors.length > 0) return 'error';
  return requeueAfter === undefined ? 'success' : 'requeue_after';
}

function splitKey(key: string): [name: string, namespace?: string] {
  const slash = key.indexOf('/');
  return slash < 0 ? [key] : [key.slice(slash + 1), key.slice(0, slash)];
}
