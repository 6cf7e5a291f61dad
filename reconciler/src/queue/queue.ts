import { type Backoff, delayOf, reconcileBackoff, unsettledBackoff } from './backoff.js';
import type { Clock } from './clock.js';

/** Low is for what is there at the start: changes overtake it, but for one key in ten. */
type Lane = 'normal' | 'low';

const lowTurn = 10;

/** Milliseconds within which two writes for a key follow each other, and how many do before the next ones wait. */
const closeTogether = 10_000;
const mostCloseTogether = 20;

/** Called with what happens to keys; feeds the metrics. */
export interface QueueObserver {
  added(): void;
  taken(waitedMilliseconds: number): void;
  retried(): void;
}

/**
 * Keys that wait for a worker. A key waits at most once, is never handed out twice at the same time, and one that is
 * added while a worker has it waits again as soon as that worker is done. What a reconciliation writes adds its own key
 * too: one for which that never ends is handed out less and less often, down to once in a second.
 */
export class Queue {
  private readonly lanes: Record<Lane, Map<string, number>> = { normal: new Map(), low: new Map() };
  /** Since when. */
  private readonly active = new Map<string, number>();
  private readonly addedWhileActive = new Map<string, Lane>();
  /** Keys that a worker has, and of which the status has changed. */
  private readonly statedWhileActive = new Set<string>();
  /** Keys that a worker has, and failed with. */
  private readonly failedWhileActive = new Set<string>();
  private readonly delayed = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  private readonly failures = new Map<string, number>();
  /** How often in a row a key was added while a worker had it. */
  private readonly unsettled = new Map<string, number>();
  /** Keys that were written for lately: how often in a row, and when; the last ones at the end. */
  private readonly written = new Map<string, { readonly times: number; readonly at: number }>();
  private readonly idleWorkers: ((key: string | undefined) => void)[] = [];
  private handedOut = 0;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly observer?: QueueObserver,
    private readonly backoff: Backoff = reconcileBackoff,
  ) {}

  /** Keys that wait; delayed ones do not count. */
  get depth(): number {
    return this.lanes.normal.size + this.lanes.low.size;
  }

  /** Milliseconds for which workers have had the keys that they have now. */
  get workedFor(): number[] {
    return [...this.active.values()].map((since) => this.clock.now() - since);
  }

  /** A key that waits in the low lane moves to the normal one if it is added to that. */
  add(key: string, lane: Lane = 'normal'): void {
    const pause = this.active.has(key) ? 0 : this.pauseOf(key);
    if (pause > 0) this.addAfter(key, pause);
    else this.enqueue(key, lane);
  }

  private enqueue(key: string, lane: Lane = 'normal'): void {
    if (this.closed) return;
    if (this.active.has(key)) {
      if (this.addedWhileActive.get(key) !== 'normal') this.addedWhileActive.set(key, lane);
      return;
    }
    if (this.lanes.normal.has(key) || (lane === 'low' && this.lanes.low.has(key))) return;
    const since = this.lanes.low.get(key) ?? this.clock.now();
    this.lanes.low.delete(key);
    this.lanes[lane].set(key, since);
    this.observer?.added();
    this.handOut();
  }

  /**
   * The same where nothing but the status has changed. What a reconciliation that fails writes there, such as the words
   * of its error, waits with it for its repetition: words that differ each time would shorten every delay.
   */
  addStated(key: string, lane: Lane = 'normal'): void {
    if (this.active.has(key)) this.statedWhileActive.add(key);
    else this.add(key, lane);
  }

  /**
   * The earlier one of two delays wins. Infinity is never.
   *
   * @throws RangeError if `milliseconds` is not a number
   */
  addAfter(key: string, milliseconds: number): void {
    const due = this.clock.now() + milliseconds;
    const before = this.delayed.get(key);
    if (this.closed || (before && before.due <= due)) return;
    before?.cancel();
    const cancel = this.clock.after(milliseconds, () => {
      this.delayed.delete(key);
      this.enqueue(key);
    });
    this.delayed.set(key, { due, cancel });
  }

  /**
   * Adds the key after a delay that grows with every failure since the last `forget`. Returns the delay in
   * milliseconds.
   *
   * @param atLeast milliseconds that a server asks for
   */
  retry(key: string, atLeast = 0): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const delay = delayOf(this.backoff, failures, atLeast);
    if (this.active.has(key)) this.failedWhileActive.add(key);
    this.addAfter(key, delay);
    this.observer?.retried();
    return delay;
  }

  /**
   * Something was written for the key. Where that goes on and on, as in a fight with another writer, the key waits
   * before it is handed out again, up to a second.
   */
  wrote(key: string): void {
    const at = this.clock.now();
    for (const [oldest, last] of this.written) {
      if (at - last.at <= closeTogether) break;
      this.written.delete(oldest);
    }
    const times = (this.written.get(key)?.times ?? 0) + 1;
    this.written.delete(key);
    this.written.set(key, { times, at });
  }

  private pauseOf(key: string): number {
    const { times = 0, at = 0 } = this.written.get(key) ?? {};
    const more = times - mostCloseTogether;
    return more > 0 && this.clock.now() - at <= closeTogether ? delayOf(unsettledBackoff, more) : 0;
  }

  /** The key's past failures no longer count. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** The next key, or undefined once the queue is closed. The caller must call `done` with it. */
  take(): Promise<string | undefined> {
    if (this.closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.idleWorkers.push(resolve);
      this.handOut();
    });
  }

  done(key: string): void {
    this.active.delete(key);
    const failed = this.failedWhileActive.delete(key);
    const stated = this.statedWhileActive.delete(key) && !failed;
    const lane = this.addedWhileActive.get(key) ?? (stated ? 'normal' : undefined);
    this.addedWhileActive.delete(key);
    if (!lane) {
      this.unsettled.delete(key);
      return;
    }
    const times = this.unsettled.get(key) ?? 0;
    this.unsettled.set(key, times + 1);
    if (times === 0) this.add(key, lane);
    else this.addAfter(key, delayOf(unsettledBackoff, times));
  }

  /** Hands out nothing more: what waits is dropped. */
  close(): void {
    this.closed = true;
    for (const { cancel } of this.delayed.values()) cancel();
    this.delayed.clear();
    this.lanes.normal.clear();
    this.lanes.low.clear();
    for (const worker of this.idleWorkers.splice(0)) worker(undefined);
  }

  private handOut(): void {
    while (this.idleWorkers.length > 0) {
      const { normal, low } = this.lanes;
      const isLowTurn = low.size > 0 && this.handedOut % lowTurn === lowTurn - 1;
      const lane = normal.size > 0 && !isLowTurn ? normal : low;
      const next = lane.entries().next();
      if (next.done) return;
      const [key, since] = next.value;
      lane.delete(key);
      this.handedOut++;
      this.active.set(key, this.clock.now());
      // The reconciliation that starts now does what the delay was for.
      this.delayed.get(key)?.cancel();
      this.delayed.delete(key);
      this.observer?.taken(this.clock.now() - since);
      this.idleWorkers.shift()?.(key);
    }
  }
}
