import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
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
import { Places } from './places.js';

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

/** Milliseconds after which what waits leaves its place to another object, and how many may be without one. */
const asideAfter = 1_000;
const mostAside = 500;

/** What takes keys from a queue and reconciles their objects, a few at a time. */
export class Workers {
  private readonly stopping = new AbortController();
  private working: Promise<void> | undefined;
  private readonly underWay = new Set<Promise<void>>();
  private readonly places: Places;
  private aside = 0;
  private readonly reconciler: Reconciler;

  constructor(private readonly options: WorkersOptions) {
    const { workers = 4 } = options.controller;
    // Each reconciliation that waits listens: more than the ten that Node takes for a leak.
    setMaxListeners(0, this.stopping.signal);
    this.places = new Places(workers);
    this.reconciler = new Reconciler(options.controller, options.cluster, undefined, (waits) => this.standAside(waits));
  }

  start(): void {
    const { controller, metrics } = this.options;
    const { name, workers = 4 } = controller;
    metrics.controller(name, workers);
    this.working = this.work();
  }

  /** Resolves when the reconciliations under way are through. */
  async drain(): Promise<void> {
    this.options.queue.close();
    await this.working;
    await Promise.all(this.underWay);
    await this.reconciler.ended();
  }

  /** Interrupts what reconciliations wait for outside the cluster. */
  interrupt(): void {
    this.stopping.abort(new InterruptedError('the process is stopping'));
  }

  private async work(): Promise<void> {
    const { queue } = this.options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await this.places.take();
      if (this.stopping.signal.aborted) {
        // For those that come back to what they waited for.
        this.places.give();
        return queue.done(key);
      }
      const one = this.reconcileInTurn(key).finally(() => this.underWay.delete(one));
      this.underWay.add(one);
    }
  }

  private async reconcileInTurn(key: string): Promise<void> {
    // With nothing to write a reconciliation waits for nothing: without a pause no timer would run before the last of
    // thousands.
    await turn();
    await this.reconcile(key);
    this.options.queue.done(key);
    this.places.give();
  }

  /**
   * What waits for a server outside the cluster costs nothing: where that does not answer, objects that have nothing to
   * do with it must not wait as well.
   */
  private async standAside<T>(waits: Promise<T>): Promise<T> {
    let left = false;
    const cancel = this.options.clock.after(asideAfter, () => {
      if (this.aside >= mostAside) return;
      left = true;
      this.aside++;
      this.places.give();
    });
    try {
      return await waits;
    } finally {
      cancel();
      if (left) {
        this.aside--;
        await this.places.take(true);
      }
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
    void outcome.unended?.then(() => queue.add(key));
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
    setMaxListeners(0, limit.signal);
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
