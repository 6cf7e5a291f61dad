import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { CachedCluster } from '../apply/pass-cluster.js';
import { Caches } from '../cache/caches.js';
import { KnownChildren } from '../cache/known-children.js';
import { Api } from '../client/api.js';
import { Client } from '../client/client.js';
import type { Controller } from '../controller.js';
import { Lease } from '../election/lease.js';
import { type Clock, systemClock } from '../queue/clock.js';
import { Queue } from '../queue/queue.js';
import type { Config } from './config.js';
import { Loop } from './loop.js';
import type { Metrics } from './metrics.js';
import { Reporter } from './reporter.js';
import { connect } from './triggers.js';

/** Milliseconds that passes under way have to end. A pod has 30 s between SIGTERM and SIGKILL. */
const drainLimit = 25_000;
/** Milliseconds that the events of these passes have. */
const eventsLimit = 1_000;

/** Runs controllers against an API server, without a say in the process around them. */
export class Manager {
  private readonly stopping = new AbortController();
  private readonly client: Client;
  private readonly caches: Caches;
  private readonly lease: Lease | undefined;
  private readonly reporters: Reporter[] = [];
  private readonly loops: readonly Loop[];

  constructor(
    controllers: readonly Controller[],
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly log: Logger,
    private readonly clock: Clock = systemClock,
  ) {
    refuseTwins(controllers);
    // Every watch listens: more than the ten that Node takes for a leak.
    setMaxListeners(0, this.stopping.signal);
    const { connection, lease, watchNamespaces: namespaces } = config;
    this.client = new Client(connection, userAgent(controllers), metrics.client(connection.server.host));
    this.lease = lease && new Lease(lease, this.client, clock, log);
    this.caches = new Caches({ client: this.client, clock, log, namespaces });
    this.loops = controllers.map((controller) => this.loop(controller));
  }

  /** Whether the caches are complete: a standby that is ready takes over at once. */
  get ready(): boolean {
    return this.caches.synced;
  }

  /** Resolves when the lease is lost, or after `stop`. */
  async run(): Promise<'lost' | 'stopped'> {
    const { signal } = this.stopping;
    void this.caches.run(signal);
    await this.caches.untilSynced(signal);
    if (signal.aborted) return 'stopped';
    this.log.info('the caches are complete');
    const name = this.config.lease?.name ?? '';
    if (this.lease && !(await this.lease.acquire(signal))) return 'stopped';
    this.metrics.leading(name, true);
    this.log.info(this.config.lease ?? {}, 'leading');
    for (const loop of this.loops) loop.start();
    const end = this.lease ? await this.lease.keep(signal) : await aborted(signal);
    this.metrics.leading(name, false);
    return end;
  }

  /** Lets passes under way end, then lets another replica in. */
  async stop(): Promise<void> {
    const drained = Promise.all(this.loops.map((loop) => loop.drain())).then(() => true);
    for (const loop of this.loops) loop.interrupt();
    const late = new Promise<boolean>((resolve) => this.clock.after(drainLimit, () => resolve(false)));
    const inTime = await Promise.race([drained, late]);
    await Promise.all(this.reporters.map((reporter) => reporter.stop(eventsLimit)));
    // While a pass still runs nobody else may write.
    if (inTime) await this.lease?.release();
    else this.log.error('passes did not end in time: another replica takes over when the lease runs out');
    this.stopping.abort();
    this.client.close();
  }

  private loop(controller: Controller): Loop {
    const { caches, metrics, log, clock, client } = this;
    const { name, resource, fieldManager } = controller;
    const api = new Api(client, fieldManager, () => this.lease?.check());
    const reporter = new Reporter(fieldManager, this.config.lease?.identity ?? name, api, clock, log);
    this.reporters.push(reporter);
    const parents = caches.get(resource, fieldManager);
    const known = new KnownChildren(controller, caches);
    const queue = new Queue(clock, metrics.queue(name));
    const cluster = new CachedCluster(controller, parents, known, api, (about, note) => reporter.report(about, note));
    metrics.watchQueue(name, queue);
    connect(controller, parents.store, known, queue);
    return new Loop({ controller, queue, parents: parents.store, cluster, clock, metrics, log });
  }
}

function refuseTwins(controllers: readonly Controller[]): void {
  const name = twin(controllers.map((controller) => controller.name));
  if (name) throw new Error(`two controllers are named ${name}: give one of them another name`);
  // They would take each other's children for what is no longer rendered.
  const resource = twin(controllers.map(({ fieldManager }) => fieldManager));
  if (resource)
    throw new Error(`two controllers have the resource ${resource}: make one of them, which renders all children`);
}

function twin(values: readonly string[]): string | undefined {
  return values.find((value, i) => values.indexOf(value) !== i);
}

function userAgent(controllers: readonly Controller[]): string {
  return `cdk8s-reconciler (${controllers.map(({ fieldManager }) => fieldManager).join('; ')})`;
}

function aborted(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
}
