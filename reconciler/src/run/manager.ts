import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { Caches } from '../cache/caches.js';
import { Api } from '../client/api.js';
import { Client } from '../client/client.js';
import type { Controller } from '../controller.js';
import type { Leadership } from '../election/lease.js';
import { type Clock, systemClock } from '../queue/clock.js';
import { DefinitionError } from '../reconcile/problem.js';
import type { Config } from './config.js';
import type { Metrics } from './metrics.js';
import { type Prepared, prepare } from './prepare.js';
import { Reporter } from './reporter.js';

/** Milliseconds that reconciliations under way have to end. A pod has 30 s between SIGTERM and SIGKILL. */
const drainLimit = 25_000;
/** Milliseconds after which caches that are not complete are named in the log. */
const patience = 60_000;
/** Milliseconds that their events have. */
const eventsLimit = 1_000;

/** Runs controllers against an API server, without a say in the process around them. */
export class Manager {
  private readonly stopping = new AbortController();
  private readonly client: Client;
  private readonly caches: Caches;
  private readonly reporters: Reporter[] = [];
  private readonly prepared: readonly Prepared[];

  constructor(
    controllers: readonly Controller[],
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly log: Logger,
    /** Absent: no election, this process always leads. */
    private readonly leadership?: Leadership,
    private readonly clock: Clock = systemClock,
  ) {
    refuseTwins(controllers);
    // Every watch listens: more than the ten that Node takes for a leak.
    setMaxListeners(0, this.stopping.signal);
    const { connection, watchNamespaces: namespaces } = config;
    this.client = new Client(connection, userAgent(controllers), metrics.client(connection.server.host));
    this.caches = new Caches({ client: this.client, clock, log, namespaces });
    this.prepared = controllers.map((controller) => this.prepare(controller));
  }

  /** The caches that are not complete, or undefined once all are: a standby that is ready takes over at once. */
  get notReady(): string | undefined {
    const missing = new Set(this.prepared.flatMap((one) => one.missing()));
    return missing.size > 0 ? `waiting for ${[...missing].join('; ')}` : undefined;
  }

  /** Resolves when the lease is lost, or after `stop`. */
  async run(): Promise<'lost' | 'stopped'> {
    const { signal } = this.stopping;
    void this.caches.run(signal);
    void this.watchCaches();
    // A kind that is not served, or not allowed, keeps its controllers waiting and no others.
    await this.caches.until(() => this.caches.settled, signal);
    if (signal.aborted) return 'stopped';
    const name = this.config.lease?.name ?? '';
    if (this.leadership && !(await this.leadership.acquire(signal))) return 'stopped';
    this.metrics.leading(name, true);
    this.log.info(this.config.lease ?? {}, 'leading');
    for (const one of this.prepared) void this.start(one);
    const end = this.leadership ? await this.leadership.keep(signal) : await aborted(signal);
    this.metrics.leading(name, false);
    return end;
  }

  /** Lets reconciliations under way end, then lets another replica in. */
  async stop(): Promise<void> {
    const drained = Promise.all(this.prepared.map(({ workers }) => workers.drain())).then(() => true);
    for (const { workers } of this.prepared) workers.interrupt();
    const late = new Promise<boolean>((resolve) => this.clock.after(drainLimit, () => resolve(false)));
    const inTime = await Promise.race([drained, late]);
    await Promise.all(this.reporters.map((reporter) => reporter.stop(eventsLimit)));
    // While a reconciliation still runs no other replica may write.
    if (inTime) await this.leadership?.release();
    else this.log.error('reconciliations did not end in time: another replica takes over when the lease runs out');
    this.stopping.abort();
    this.client.close();
  }

  private async start({ workers, missing, watchDefinition, watchKinds }: Prepared): Promise<void> {
    const { signal } = this.stopping;
    await this.caches.until(() => missing().length === 0, signal);
    if (signal.aborted) return;
    workers.start();
    await Promise.all([watchDefinition(signal), watchKinds(signal)]);
  }

  private async watchCaches(): Promise<void> {
    const { signal } = this.stopping;
    const complain = () => this.log.warn(`not ready after ${patience / 1000} s: ${this.notReady}`);
    const cancel = this.clock.after(patience, complain);
    await this.caches.until(() => this.notReady === undefined, signal);
    cancel();
    if (!signal.aborted) this.log.info('the caches are complete');
  }

  private prepare(controller: Controller): Prepared {
    const { caches, metrics, log, clock, client } = this;
    const { name, fieldManager, resource } = controller;
    const leads = () => this.leadership?.check();
    const owners = caches.ofOwners(controller.resource, fieldManager);
    const api = new Api(client, fieldManager, () => {
      leads();
      if (!owners.synced) throw new DefinitionError(`${owners}`);
    });
    const events = new Api(client, fieldManager, leads);
    const component = `${resource.group}/${resource.kind.toLowerCase()}`;
    const reporter = new Reporter(component, this.config.lease?.identity ?? name, events, clock, log);
    this.reporters.push(reporter);
    const report: Reporter['report'] = (about, note) => reporter.report(about, note);
    return prepare(controller, { caches, api, clock, metrics, log, report });
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

/** In every request. */
export function userAgent(controllers: readonly Controller[]): string {
  return `cdk8s-reconciler (${controllers.map(({ fieldManager }) => fieldManager).join('; ')})`;
}

function aborted(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
}
