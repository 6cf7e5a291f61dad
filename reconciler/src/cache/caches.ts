import type { Logger } from 'pino';
import type { Client } from '../client/client.js';
import { apiVersionOf, type Kind } from '../kind.js';
import type { Stored } from '../object.js';
import type { Clock } from '../queue/clock.js';
import { FieldSetPool } from '../reconcile/managed-fields.js';
import type { Resource } from '../resource.js';
import { Definition } from './definition.js';
import { Reflector } from './reflector.js';
import { Store } from './store.js';

/** A store and what keeps it up to date. */
export class Cache {
  constructor(
    readonly kind: Kind,
    readonly store: Store,
    private readonly reflectors: readonly Reflector[],
    private readonly labelSelector?: string,
    private readonly definition?: Definition,
  ) {}

  /** Whether every first list is complete, and objects come with all their fields. */
  get synced(): boolean {
    return this.reflectors.every(({ synced }) => synced);
  }

  /** Whether every first list is complete, or cannot be read before a definition or a role is applied. */
  get settled(): boolean {
    return this.reflectors.every(({ settled }) => settled);
  }

  /** Why the API server does not serve the kind, in words; undefined where it does. */
  get absence(): string | undefined {
    return this.reflectors.map(({ absence }) => absence).find((one) => one !== undefined);
  }

  /** Its kind, and what keeps it from being complete. */
  toString(): string {
    const obstacle = this.reflectors.map(({ obstacle }) => obstacle).find((one) => one !== undefined);
    return `${this.kind.kind} (${apiVersionOf(this.kind)})${obstacle ? `: ${obstacle}` : ''}`;
  }

  /**
   * Shows the answer to our own write at once, instead of when the watch brings it: the next reconciliation must not
   * act on what was before it. Whatever differs is an event like any other, for the object itself too: what was decided
   * before the write may differ after it. An answer that the watch has already overtaken changes nothing. Returns what
   * is known of the object now.
   */
  wrote(object: Stored): Stored {
    const { resourceVersion, namespace, name } = object.metadata;
    const reflector = this.reflectors.find((candidate) => candidate.covers(namespace));
    if (reflector?.isAhead(resourceVersion)) return this.store.put(object);
    const known = this.store.get(name, namespace);
    return known?.metadata.resourceVersion === resourceVersion ? known : object;
  }

  /**
   * Looks at the definition once more.
   *
   * @throws DefinitionError where objects would come, and be stored, without fields
   */
  async checkDefinition(): Promise<void> {
    await this.definition?.check();
  }

  /** Whether what is in the namespace shows here. */
  watches(namespace: string | undefined): boolean {
    return this.reflectors.some((reflector) => reflector.covers(namespace));
  }

  /** Whether the object surely belongs in here. */
  has({ metadata: { name, namespace, labels } }: Stored): boolean {
    const { labelSelector } = this;
    return (
      labelSelector === undefined || selects(labelSelector, labels) || this.store.get(name, namespace) !== undefined
    );
  }

  run(signal: AbortSignal): Promise<unknown> {
    return Promise.all(this.reflectors.map((reflector) => reflector.run(signal)));
  }
}

interface CachesOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** @default all */
  readonly namespaces?: readonly string[];
}

/** All caches of a process: one for each kind, selector and field manager. */
export class Caches {
  private readonly caches = new Map<string, Cache>();
  private readonly pool = new FieldSetPool();
  private waiting: (() => void)[] = [];

  constructor(private readonly options: CachesOptions) {}

  /** Of the objects that a controller reconciles. What it shows, it shows with all fields that are declared. */
  ofOwners(resource: Resource, manager: string): Cache {
    const { client, log } = this.options;
    return this.get(resource, manager, undefined, new Definition(resource, client, log));
  }

  get(kind: Kind, manager: string, labelSelector?: string, definition?: Definition): Cache {
    const key = [apiVersionOf(kind), kind.plural, manager, labelSelector].join();
    const known = this.caches.get(key);
    if (known) return known;
    const { client, clock, log, namespaces } = this.options;
    const store = new Store(manager, this.pool);
    const scopes = kind.namespaced && namespaces ? namespaces : [undefined];
    const progress = () => {
      for (const look of this.waiting.splice(0)) look();
    };
    const reflectors = scopes.map(
      (namespace) => new Reflector({ kind, namespace, labelSelector, definition }, store, client, clock, log, progress),
    );
    const cache = new Cache(kind, store, reflectors, labelSelector, definition);
    this.caches.set(key, cache);
    return cache;
  }

  get settled(): boolean {
    return [...this.caches.values()].every(({ settled }) => settled);
  }

  run(signal: AbortSignal): Promise<unknown> {
    return Promise.all([...this.caches.values()].map((cache) => cache.run(signal)));
  }

  /** Resolves once `condition` holds, which may be so whenever a cache got further; or when `signal` aborts. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!condition() && !signal.aborted) {
      await Promise.race([aborted, new Promise<void>((resolve) => this.waiting.push(resolve))]);
    }
  }
}

/** `app`, `!app`, `app=web`, `app==web`, `app!=web`. */
const requirement = /^\s*(!?)\s*([^\s!=]+)\s*(?:(!?=)=?\s*(\S*)\s*)?$/;

/**
 * Whether a selector surely selects what has these labels. Sets, such as `tier in (a,b)`, are left to the API server:
 * of them nothing is sure.
 */
export function selects(selector: string, labels: Readonly<Record<string, string>> = {}): boolean {
  return selector.split(',').every((part) => {
    const [, not, key = '', operator, value] = requirement.exec(part) ?? [];
    if (key === '') return false;
    if (operator === '=') return labels[key] === value;
    if (operator === '!=') return labels[key] !== value;
    return (labels[key] === undefined) === (not === '!');
  });
}
