import { type Backoff, delayOf, reconcileBackoff } from './backoff.js';
import type { Clock } from './clock.js';

/** Low is for what is there at the start: changes overtake it. */
export type Lane = 'normal' | 'low';

/** Told of what happens to keys; feeds the metrics. */
export interface QueueObserver {
  added(): void;
  taken(waitedMilliseconds: number): void;
  retried(): void;
}

/**
 * Keys that wait for a worker. A key waits at most once, is never handed out twice at the same time, and one that is added while a
 * worker has it waits again as soon as that worker is done.
 */
export class Queue {
  private readonly lanes: Record<Lane, Map<string, number>> = { normal: new Map(), low: new Map() };
  /** Since when. */
  private readonly active = new Map<string, number>();
  private readonly addedWhileActive = new Map<string, Lane>();
  private readonly delayed = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  private readonly failures = new Map<string, number>();
  private readonly idleWorkers: ((key: string | undefined) => void)[] = [];
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

  /** The earlier one of two delays wins. */
  addAfter(key: string, milliseconds: number): void {
    const due = this.clock.now() + milliseconds;
    const before = this.delayed.get(key);
    if (this.closed || (before && before.due <= due)) return;
    before?.cancel();
    const cancel = this.clock.after(milliseconds, () => {
      this.delayed.delete(key);
      this.add(key);
    });
    this.delayed.set(key, { due, cancel });
  }

  /** Adds the key after a delay that grows with every failure since the last `forget`. Returns the delay in milliseconds. */
  retry(key: string, atLeast = 0): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const delay = Math.max(delayOf(this.backoff, failures), atLeast);
    this.addAfter(key, delay);
    this.observer?.retried();
    return delay;
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
    const lane = this.addedWhileActive.get(key);
    this.addedWhileActive.delete(key);
    if (lane) this.add(key, lane);
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
      const lane = this.lanes.normal.size > 0 ? this.lanes.normal : this.lanes.low;
      const next = lane.entries().next();
      if (next.done) return;
      const [key, since] = next.value;
      lane.delete(key);
      this.active.set(key, this.clock.now());
      // The pass that starts now does what the delay was for.
      this.delayed.get(key)?.cancel();
      this.delayed.delete(key);
      this.observer?.taken(this.clock.now() - since);
      this.idleWorkers.shift()?.(key);
    }
  }
}
