import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { collectionPath } from '../client/endpoint.js';
import { parseJson } from '../client/json.js';
import { equal } from '../equal.js';
import { apiVersionOf, type Kind } from '../kind.js';
import type { Stored } from '../object.js';
import { definitionBackoff, delayOf, watchBackoff } from '../queue/backoff.js';
import { type Clock, sleep } from '../queue/clock.js';
import { laterTurn, turn } from '../queue/turn.js';
import { DefinitionError } from '../reconcile/problem.js';
import type { Definition } from './definition.js';
import { whyNotServed } from './discovery.js';
import { PageSize } from './page-size.js';
import { isNewer, type Store } from './store.js';
import { adviceOn, Trouble } from './trouble.js';
import { type Answer, type Delivery, type Pause, type State, start, step, type WatchEvent } from './watch.js';

interface ReflectorOptions {
  readonly kind: Kind;
  /** @default all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Nothing is taken from the API server while it lacks fields. @default not looked at */
  readonly definition?: Definition | undefined;
  /**
   * Milliseconds without a byte after which a watch is given up: bookmarks come about once a minute.
   *
   * @default 120000
   */
  readonly silence?: number;
}

/** Milliseconds after which the end of a watch says nothing bad about the next one. */
const lasting = 10_000;

/** Keeps a store equal to what the API server has. The decisions are in `watch.ts`, the requests here. */
export class Reflector {
  private state: State = start;
  /** Why the API server does not serve the kind, in words. */
  absence: string | undefined;
  /** The version up to which the store has everything. */
  private version = '0';
  private complete = false;
  /** The list that is being read is of an older history than what is known. */
  private restored = false;
  private refused = false;
  /** The definition lacked fields when it was looked at last. */
  private lacking = false;
  private readonly trouble: Trouble;
  private readonly pages = new PageSize();

  constructor(
    private readonly options: ReflectorOptions,
    private readonly store: Store,
    private readonly client: Client,
    private readonly clock: Clock,
    log: Logger,
    /** Called when `settled`, `synced` or `absence` changes. */
    private readonly onProgress = () => {},
  ) {
    this.trouble = new Trouble(options, log);
  }

  /** Whether the first list is complete, and objects come with all their fields. */
  get synced(): boolean {
    return this.complete;
  }

  /** Whether the first list is complete, or cannot be read before a definition or a role is applied. */
  get settled(): boolean {
    return this.complete || this.refused;
  }

  /** What keeps it from working, in words. */
  get obstacle(): string | undefined {
    return this.trouble.text;
  }

  /** Whether the watch has not yet shown this version, so that a written object is news to the store. */
  isAhead(resourceVersion: string): boolean {
    return isNewer(resourceVersion, this.version);
  }

  covers(namespace: string | undefined): boolean {
    return this.options.namespace === undefined || this.options.namespace === namespace;
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause =
        this.state.at === 'listing' ? await this.list(signal) : await this.watch(this.state.version, signal);
      const wait = milliseconds(pause);
      if (wait > 0) await sleep(this.clock, wait, signal);
    }
  }

  private async list(signal: AbortSignal): Promise<Pause> {
    const token = this.state.at === 'listing' ? this.state.token : undefined;
    const query = { limit: this.pages.limit, continue: token, labelSelector: this.options.labelSelector };
    let length = 0;
    const measure = (characters: number) => {
      length = characters;
    };
    try {
      const page = await this.client.request<List>('GET', this.path, { query, signal, measure });
      const isEnd = token === undefined || !page.metadata.continue;
      if (isEnd && (await this.mayBeLate(signal))) return { for: 'definition', failures: 2 };
      // Items of built-in lists lack it, and a list may be named otherwise than its items.
      const of = { apiVersion: apiVersionOf(this.options.kind), kind: this.options.kind.kind };
      const items = (page.items ?? []).map((item) => Object.assign(item, of));
      const { continue: next, resourceVersion } = page.metadata;
      if (length > 0) this.pages.measured(items.length, length);
      const answer = { is: 'page', items, token: next || undefined, version: resourceVersion } as const;
      const { state, deliver, pause } = step(this.state, answer);
      if (deliver?.do === 'take') await this.takePage(deliver);
      this.state = state;
      return pause ?? { for: 'nothing' };
    } catch (error) {
      return await this.fail(error, signal);
    }
  }

  private async watch(version: string, signal: AbortSignal): Promise<Pause> {
    const query = {
      watch: true,
      resourceVersion: version,
      allowWatchBookmarks: true,
      timeoutSeconds: 300 + Math.floor(Math.random() * 300),
      labelSelector: this.options.labelSelector,
    };
    let began = Number.POSITIVE_INFINITY;
    const lasted = () => this.clock.now() - began >= lasting;
    try {
      if (this.state.failures > 0 && (await this.wentBack(version, signal)))
        return this.take({ is: 'refused', status: 410 }) ?? { for: 'nothing' };
      const lines = await this.client.stream(this.path, { query, signal });
      if (this.absence !== undefined) this.trouble.end();
      this.reportProgress({ absence: undefined });
      began = this.clock.now();
      lines.setTimeout(this.options.silence ?? 120_000, () =>
        lines.destroy(new Error('the watch was silent for too long')),
      );
      // `follow` hears of it.
      lines.on('error', () => {});
      // The stream of a definition ends with that: what this one brings is by the one that there is now.
      if (this.options.definition) await this.options.definition.check(signal).catch(destroying(lines));
      return (await this.follow(lines, signal)) ?? this.take({ is: 'closed', lasted: lasted() }) ?? { for: 'nothing' };
    } catch (error) {
      return await this.fail(error, signal, lasted());
    }
  }

  /**
   * Whether the API server is behind `version`, so that a backup was restored while it was away: a watch would go on
   * as soon as newer versions have passed it, and never show what came back.
   */
  private async wentBack(version: string, signal: AbortSignal): Promise<boolean> {
    const query = { limit: 1, labelSelector: this.options.labelSelector };
    const { metadata } = await this.client.request<List>('GET', this.path, { query, signal });
    return isNewer(version, metadata.resourceVersion);
  }

  /** Takes events as they come, until one asks for a pause or the stream ends. */
  private async follow(lines: IncomingMessage, signal: AbortSignal): Promise<Pause | undefined> {
    let rest = '';
    lines.setEncoding('utf8');
    for await (const chunk of lines) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      let isConfirmed = false;
      for (const line of parts.filter(Boolean)) {
        const event = parseJson(line) as WatchEvent;
        if (!isConfirmed && this.isNews(event)) {
          await this.options.definition?.confirm(signal);
          isConfirmed = true;
        }
        const pause = this.take({ is: 'event', event });
        if (pause) return pause;
      }
    }
    return undefined;
  }

  /** Whether it brings a spec that may lack what a definition has lost a moment ago. */
  private isNews({ type, object }: WatchEvent): boolean {
    if (!this.options.definition || !['ADDED', 'MODIFIED'].includes(type)) return false;
    const known = this.store.get(object.metadata.name, object.metadata.namespace);
    return known === undefined || !equal((known as WithSpec).spec, (object as WithSpec).spec);
  }

  private take(answer: Answer): Pause | undefined {
    const { state, deliver, pause } = step(this.state, answer);
    this.state = state;
    if (answer.is === 'event' && state.failures === 0) this.trouble.end();
    if (deliver && deliver.do !== 'take') this.deliver(deliver);
    return pause;
  }

  private deliver(delivery: Exclude<Delivery, { do: 'take' }>): void {
    switch (delivery.do) {
      case 'put':
        this.version = delivery.object.metadata.resourceVersion;
        this.store.put(delivery.object);
        break;
      case 'remove':
        this.version = delivery.object.metadata.resourceVersion;
        this.store.remove(delivery.object);
        break;
      case 'advance':
        this.version = delivery.version;
    }
  }

  /**
   * As it comes: what waits for its managed fields to be taken off is twice as large. It has just been parsed, so that
   * others have their turn first.
   */
  private async takePage({ items, version, listed }: Extract<Delivery, { do: 'take' }>): Promise<void> {
    // A list is never older than what came before it, unless a backup was restored: then later versions are of another
    // history.
    if (isNewer(this.version, version)) {
      this.version = version;
      this.restored = true;
    }
    await laterTurn();
    for (const object of items) {
      await turn();
      this.store.put(object, { initial: !this.complete, restored: this.restored });
    }
    if (listed) this.removeAllBut(new Set(listed), version);
  }

  private removeAllBut(listed: ReadonlySet<string>, version: string): void {
    this.version = version;
    for (const object of [...this.store.list(this.options.namespace)]) {
      // What we wrote after the list was read is not in it.
      const isLater = !this.restored && this.isAhead(object.metadata.resourceVersion);
      if (!listed.has(object.metadata.uid) && !isLater) this.store.remove(object);
    }
    this.restored = false;
    this.trouble.end();
    this.reportProgress({ complete: true, absence: undefined });
  }

  /**
   * Whether the definition has just got its fields back, which an API server may know a moment later than its readers.
   *
   * @throws DefinitionError where objects come without fields
   */
  private async mayBeLate(signal: AbortSignal): Promise<boolean> {
    await this.options.definition?.check(signal);
    const wasLacking = this.lacking;
    this.lacking = false;
    return wasLacking;
  }

  private async fail(error: unknown, signal: AbortSignal, lasted = false): Promise<Pause> {
    if (signal.aborted) return { for: 'nothing' };
    const refused = error instanceof ApiError ? error : undefined;
    const { state, pause } = step(this.state, answerOf(error, lasted));
    this.state = state;
    if (error instanceof DefinitionError) this.restored = this.lacking = true;
    const isMissing = refused?.status === 404;
    const advice = isMissing
      ? await whyNotServed(this.options.kind, this.client, signal).catch(adviceOn)
      : adviceOn(error);
    if (refused || !lasted) this.trouble.begin(advice, error);
    if (isMissing) this.reportProgress({ refused: true, absence: advice });
    if (refused?.status === 403) this.reportProgress({ refused: true });
    if (this.lacking) this.reportProgress({ complete: false, refused: true });
    return pause ?? { for: 'nothing' };
  }

  private reportProgress(news: { complete?: boolean; refused?: boolean; absence?: string | undefined }): void {
    const progress = () => [this.complete, this.refused, this.absence === undefined].join();
    const before = progress();
    Object.assign(this, news);
    if (progress() !== before) this.onProgress();
  }

  private get path(): string {
    return collectionPath(this.options.kind, this.options.namespace);
  }
}

interface WithSpec {
  readonly spec?: unknown;
}

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Stored[] | null;
}

function answerOf(error: unknown, lasted: boolean): Answer {
  if (error instanceof DefinitionError) return { is: 'lacking' };
  if (!(error instanceof ApiError)) return { is: 'broken', lasted };
  return { is: 'refused', status: error.status, retryAfter: error.retryAfter };
}

function destroying(lines: IncomingMessage) {
  return (error: Error) => {
    lines.destroy();
    throw error;
  };
}

function milliseconds(pause: Pause): number {
  if (pause.for === 'nothing') return 0;
  if (pause.for === 'definition') return delayOf(definitionBackoff, pause.failures);
  return delayOf(watchBackoff, pause.failures, pause.atLeast);
}
