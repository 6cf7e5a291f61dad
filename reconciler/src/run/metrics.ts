import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Method, RequestObserver } from '../client/client.js';
import type { Queue, QueueObserver } from '../queue/queue.js';

/** How a reconciliation ended, as controller-runtime names it. */
export type Result = 'success' | 'error' | 'requeue' | 'requeue_after';

const reconcileBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 30, 60];
const queueBuckets = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];
const seconds = (milliseconds: number) => milliseconds / 1000;

/** Metrics under the names of controller-runtime, so that its dashboards and alerts fit. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly reconciles = this.counter('controller_runtime_reconcile_total', 'Reconciliations by result', [
    'controller',
    'result',
  ]);
  private readonly errors = this.counter('controller_runtime_reconcile_errors_total', 'Reconciliations that failed', [
    'controller',
  ]);
  private readonly terminalErrors = this.counter(
    'controller_runtime_terminal_reconcile_errors_total',
    'Reconciliations that failed and are not tried again before something changes',
    ['controller'],
  );
  private readonly reconcileTime = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of a reconciliation',
    labelNames: ['controller'],
    buckets: reconcileBuckets,
    registers: [this.registry],
  });
  private readonly maxWorkers = this.gauge('controller_runtime_max_concurrent_reconciles', 'Workers', ['controller']);
  private readonly activeWorkers = this.gauge('controller_runtime_active_workers', 'Workers that reconcile', [
    'controller',
  ]);
  private readonly adds = this.counter('workqueue_adds_total', 'Keys added', ['name', 'controller']);
  private readonly retries = this.counter('workqueue_retries_total', 'Keys added after a failure', [
    'name',
    'controller',
  ]);
  private readonly waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Wait of a key for a worker',
    labelNames: ['name', 'controller'],
    buckets: queueBuckets,
    registers: [this.registry],
  });
  private readonly worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time of a key with a worker',
    labelNames: ['name', 'controller'],
    buckets: queueBuckets,
    registers: [this.registry],
  });
  private readonly requests = this.counter('rest_client_requests_total', 'Requests', ['code', 'method', 'host']);
  private readonly requestTime = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Time until the head of an answer',
    labelNames: ['verb', 'host'],
    buckets: reconcileBuckets,
    registers: [this.registry],
  });
  private readonly leader = this.gauge('leader_election_master_status', '1 while this replica leads', ['name']);

  private readonly queues = new Map<string, Queue>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.ofQueues('workqueue_depth', 'Keys that wait', ({ depth }) => depth);
    const worked = ({ workedFor }: Queue) => workedFor.map(seconds);
    this.ofQueues('workqueue_unfinished_work_seconds', 'Time so far of all keys with workers', (queue) =>
      worked(queue).reduce((sum, time) => sum + time, 0),
    );
    this.ofQueues(
      'workqueue_longest_running_processor_seconds',
      'Time so far of the key longest with a worker',
      (queue) => Math.max(0, ...worked(queue)),
    );
  }

  /** What Prometheus reads. */
  async text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Zeros to begin with: a rate needs a first value. */
  controller(controller: string, workers: number): void {
    for (const result of ['success', 'error', 'requeue', 'requeue_after'])
      this.reconciles.inc({ controller, result }, 0);
    this.errors.inc({ controller }, 0);
    this.terminalErrors.inc({ controller }, 0);
    this.maxWorkers.set({ controller }, workers);
    this.activeWorkers.set({ controller }, 0);
  }

  queue(controller: string): QueueObserver {
    const labels = { name: controller, controller };
    return {
      added: () => this.adds.inc(labels),
      retried: () => this.retries.inc(labels),
      taken: (milliseconds) => this.waited.observe(labels, seconds(milliseconds)),
    };
  }

  /** Values that are looked up when the metrics are read. */
  watchQueue(controller: string, queue: Queue): void {
    this.queues.set(controller, queue);
  }

  reconciliationStarted(controller: string): void {
    this.activeWorkers.inc({ controller });
  }

  reconciliationEnded(controller: string, result: Result, milliseconds: number, terminal: boolean): void {
    this.activeWorkers.dec({ controller });
    this.reconciles.inc({ controller, result });
    this.reconcileTime.observe({ controller }, seconds(milliseconds));
    this.worked.observe({ name: controller, controller }, seconds(milliseconds));
    if (result !== 'error') return;
    (terminal ? this.terminalErrors : this.errors).inc({ controller });
  }

  client(host: string): RequestObserver {
    return {
      answered: (method: Method, code, milliseconds) => {
        this.requests.inc({ code, method, host });
        this.requestTime.observe({ verb: method, host }, seconds(milliseconds));
      },
    };
  }

  leading(name: string, leads: boolean): void {
    this.leader.set({ name }, leads ? 1 : 0);
  }

  private ofQueues(name: string, help: string, value: (queue: Queue) => number): void {
    const { queues } = this;
    new Gauge({
      name,
      help,
      labelNames: ['name', 'controller'],
      registers: [this.registry],
      collect() {
        for (const [controller, queue] of queues) this.set({ name: controller, controller }, value(queue));
      },
    });
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
