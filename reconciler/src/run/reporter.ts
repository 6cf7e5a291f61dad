import type { Logger } from 'pino';
import type { Api } from '../client/api.js';
import { ApiError, ConnectionError } from '../client/api-error.js';
import type { Stored } from '../object.js';
import { delayOf, watchBackoff } from '../queue/backoff.js';
import { type Clock, sleep } from '../queue/clock.js';
import type { ReportedNote } from '../reconcile/cluster.js';
import { EventBudget, EventKind, type EventSource, eventOf, microTime } from './event-object.js';

/** Of one event, as client-go has it (tools/record/event.go). */
const mostAttempts = 12;
/** Events that wait; the oldest one gives way. */
const mostWaiting = 1000;
/** Events that later ones may be equal to. */
const mostRemembered = 4096;
/** Milliseconds between two writes of a count. */
const countingInterval = 60_000;
/** Milliseconds without an equal one after which an event is news again. */
const seriesEnds = 10 * 60_000;

/** An event that was reported, and how often. */
interface Series {
  readonly name: string;
  readonly namespace: string;
  count: number;
  seen: number;
  /** When its count is written next. */
  due?: { readonly cancel: () => void } | undefined;
  /** When it was written last. */
  written: number;
}

/**
 * Writes events, one after the other, and lets no reconciliation wait: they are for people, and one that cannot be
 * written is only logged. Equal ones are one object with a count.
 */
export class Reporter {
  private readonly budget = new EventBudget();
  /** By object, type, reason and message; the ones seen last at the end. */
  private readonly series = new Map<string, Series>();
  private readonly waiting: (() => Promise<unknown>)[] = [];
  private readonly stopping = new AbortController();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly component: string,
    private readonly instance: string,
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  report(object: Stored, note: ReportedNote): void {
    if (this.stopping.signal.aborted) return;
    const now = this.clock.now();
    const { uid } = object.metadata;
    const key = JSON.stringify([uid, note.type ?? 'Normal', note.reason, note.message]);
    const known = this.series.get(key);
    if (known && now - known.seen < seriesEnds) this.count(key, known, now);
    // Conditions, steps and what else is said have a budget each: none of them silences another.
    else if (this.budget.spend(`${uid} ${note.about}`, now)) this.start(key, object, note, now);
  }

  /** Resolves once all is written, at the latest after so many milliseconds: then the rest is dropped. */
  async stop(milliseconds: number): Promise<void> {
    const cancel = this.clock.after(milliseconds, () => this.stopping.abort());
    for (const [key, series] of this.series) if (series.due) this.writeCount(key, series);
    await this.writing;
    cancel();
    this.stopping.abort();
  }

  private start(key: string, object: Stored, note: ReportedNote, now: number): void {
    const event = eventOf(object, note, this.source);
    const { name = '', namespace = '' } = event.metadata ?? {};
    this.remember(key, { name, namespace, count: 1, seen: now, written: Number.NEGATIVE_INFINITY });
    this.enqueue(() => this.api.create(EventKind, event, this.stopping.signal).catch(unlessThere));
  }

  private count(key: string, series: Series, now: number): void {
    series.count++;
    series.seen = now;
    this.remember(key, series);
    if (series.due) return;
    const wait = Math.max(0, series.written + countingInterval - now);
    series.due = { cancel: this.clock.after(wait, () => this.writeCount(key, series)) };
  }

  private writeCount(key: string, series: Series): void {
    series.due?.cancel();
    series.due = undefined;
    series.written = this.clock.now();
    const { name, namespace } = series;
    this.enqueue(async () => {
      const patch = { series: { count: series.count, lastObservedTime: microTime() } };
      await this.api.patch(EventKind, name, patch, namespace, this.stopping.signal).catch((error) => {
        // The API server forgets events after an hour, and those of a namespace that goes: the next one starts a new
        // series.
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
        this.series.delete(key);
      });
    });
  }

  private remember(key: string, series: Series): void {
    this.series.delete(key);
    this.series.set(key, series);
    const [oldest] = this.series;
    if (this.series.size <= mostRemembered || !oldest) return;
    oldest[1].due?.cancel();
    this.series.delete(oldest[0]);
  }

  private enqueue(write: () => Promise<unknown>): void {
    if (this.waiting.push(write) > mostWaiting) this.waiting.shift();
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    for (let write = this.waiting.shift(); write; write = this.waiting.shift()) {
      await this.persist(write).catch((err) => this.log.debug({ err }, 'could not write an event'));
    }
    this.writing = undefined;
  }

  private async persist(write: () => Promise<unknown>): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (attempt === mostAttempts || !mayPass(error)) throw error;
      }
      await sleep(this.clock, delayOf(watchBackoff, attempt), signal);
    }
  }

  private get source(): EventSource {
    return { component: this.component, instance: this.instance };
  }
}

/** The answer to an earlier attempt got lost. */
function unlessThere(error: unknown): void {
  if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
}

function mayPass(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiError && error.transient);
}
