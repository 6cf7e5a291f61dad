import type { Logger } from 'pino';
import { CachedCluster } from '../apply/cached-cluster.js';
import type { Cache, Caches } from '../cache/caches.js';
import { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import type { Controller } from '../controller.js';
import { keyOf } from '../object.js';
import type { Clock } from '../queue/clock.js';
import { Queue } from '../queue/queue.js';
import type { ReportedNote } from '../reconcile/cluster.js';
import type { Owner } from '../reconcile/owner.js';
import type { Metrics } from './metrics.js';
import { connect } from './triggers.js';
import { Workers } from './workers.js';

/** What a controller works with. */
export interface Surroundings {
  readonly caches: Caches;
  readonly api: Api;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
  report(about: Owner, note: ReportedNote): void;
}

/** A controller's workers, not yet started, and what they wait for. */
export interface Prepared {
  readonly workers: Workers;
  /** Caches that are not complete and must be before a worker starts. */
  missing(): readonly Cache[];
  /** Reports to each object while the definition lacks fields, and goes on once it is whole, until `signal` aborts. */
  watchDefinition(signal: AbortSignal): Promise<void>;
  /** Goes on once a kind of children that was not served is served again, until `signal` aborts. */
  watchKinds(signal: AbortSignal): Promise<void>;
}

/** The caches, the queue and the workers of one controller, connected. */
export function prepare(controller: Controller, { caches, api, report, ...rest }: Surroundings): Prepared {
  const { clock, metrics } = rest;
  const { name, resource, fieldManager } = controller;
  const owners = caches.ofOwners(resource, fieldManager);
  const known = new KnownChildren(controller, caches);
  const queue = new Queue(clock, metrics.queue(name));
  const cluster = new CachedCluster(controller, owners, known, api, report, () => clock.now());
  metrics.watchQueue(name, queue);
  connect(controller, owners.store, known, queue);
  const { required, optional } = known.caches;
  const missing = () => [
    ...[owners, ...required].filter(({ synced, absence }) => !synced || absence !== undefined),
    // A right that is missing does not say that there are none: what depends on them would be removed.
    ...optional.filter(({ synced, absence }) => !synced && absence === undefined),
  ];
  const addAll = () => {
    for (const owner of owners.store.list()) queue.add(keyOf(owner), 'low');
  };
  const watchDefinition = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await caches.until(() => !owners.synced, signal);
      const note = {
        about: 'other',
        type: 'Warning',
        reason: 'DefinitionIncomplete',
        message: String(owners),
      } as const;
      for (const owner of owners.store.list()) if (!owners.synced) report(owner as Owner, note);
      await caches.until(() => owners.synced, signal);
      addAll();
    }
  };
  const watchKinds = async (signal: AbortSignal) => {
    const isAbsent = () => required.some(({ absence }) => absence !== undefined);
    while (!signal.aborted) {
      await caches.until(isAbsent, signal);
      await caches.until(() => !isAbsent(), signal);
      // Not only those for which a write was refused meanwhile: the others have nothing to do.
      addAll();
    }
  };
  const workers = new Workers({ ...rest, controller, queue, owners, cluster });
  return { workers, missing, watchDefinition, watchKinds };
}
