import type { Event as EventObject } from 'kubernetes-types/core/v1.js';
import type { Logger } from 'pino';
import type { Api } from '../client/api.js';
import { ApiError, ConnectionError } from '../client/api-error.js';
import type { EventNote } from '../controller.js';
import { kind } from '../kind.js';
import type { Stored } from '../object.js';
import { delayOf, watchBackoff } from '../queue/backoff.js';
import { type Clock, sleep } from '../queue/clock.js';

const EventKind = kind<EventObject>('v1', 'Event');

/** What client-go allows per object (tools/record/events_cache.go): 25 at once, then one every five minutes. */
const burst = 25;
const refill = 5 * 60_000;
/** Of one event, as client-go has it (tools/record/event.go). */
const mostAttempts = 12;
/** Events that wait; the oldest one gives way. */
const mostWaiting = 1000;
/** The API server refuses longer messages. */
const longestMessage = 1024;

/** Writes events, one after the other, and keeps nobody waiting: they are for people, and one that cannot be written is only logged. */
export class Reporter {
  /** By uid of the object: what is left to spend, and since when. */
  private readonly budgets = new Map<string, { readonly left: number; readonly since: number }>();
  private readonly waiting: EventObject[] = [];
  private readonly stopping = new AbortController();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly component: string,
    private readonly instance: string,
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  report(about: Stored, note: EventNote): void {
    if (this.stopping.signal.aborted || !this.spend(about.metadata.uid)) return;
    if (this.waiting.push(this.event(about, note)) > mostWaiting) this.waiting.shift();
    this.writing ??= this.write();
  }

  /** Resolves once all is written, at the latest after so many milliseconds: then the rest is dropped. */
  async stop(milliseconds: number): Promise<void> {
    const cancel = this.clock.after(milliseconds, () => this.stopping.abort());
    await this.writing;
    cancel();
    this.stopping.abort();
  }

  private async write(): Promise<void> {
    for (let event = this.waiting.shift(); event; event = this.waiting.shift()) {
      await this.create(event).catch((err) => this.log.debug({ err }, 'could not write an event'));
    }
    this.writing = undefined;
  }

  private async create(event: EventObject): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.api.create(EventKind, event, signal);
        return;
      } catch (error) {
        if (isThere(error)) return;
        if (attempt === mostAttempts || !mayPass(error)) throw error;
      }
      await sleep(this.clock, delayOf(watchBackoff, attempt), signal);
    }
  }

  private event(about: Stored, { type = 'Normal', reason, message }: EventNote): EventObject {
    const { name, namespace, uid, resourceVersion } = about.metadata;
    const second = `${new Date().toISOString().slice(0, 19)}Z`;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      // An event about what is in no namespace is kept in `default`.
      metadata: { name: `${name.slice(0, 200)}.${unique()}`, namespace: namespace ?? 'default' },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
      type,
      reason,
      message: message.slice(0, longestMessage),
      source: { component: this.component },
      reportingComponent: this.component,
      reportingInstance: this.instance,
      firstTimestamp: second,
      lastTimestamp: second,
      count: 1,
    };
  }

  private spend(uid: string): boolean {
    const now = this.clock.now();
    const { left, since } = this.budgets.get(uid) ?? { left: burst, since: now };
    const available = Math.min(burst, left + (now - since) / refill);
    if (available < 1) return false;
    this.budgets.delete(uid);
    this.budgets.set(uid, { left: available - 1, since: now });
    const [oldest] = this.budgets.keys();
    if (this.budgets.size > 4096 && oldest) this.budgets.delete(oldest);
    return true;
  }
}

/** The answer to an earlier attempt got lost. */
function isThere(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'AlreadyExists';
}

function mayPass(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiError && error.transient);
}

let count = 0;
function unique(): string {
  return `${Date.now().toString(16)}${(count++ % 4096).toString(16).padStart(3, '0')}`;
}
