import { type Clock, checked } from '../queue/clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ readonly due: number; readonly call: () => void }>();

  now(): number {
    return this.time;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { due: this.time + Math.max(checked(milliseconds), 0), call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Moves on by so many milliseconds; what falls due meanwhile is called in order, at its time. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.timers.delete(next);
      this.time = next.due;
      next.call();
    }
    this.time = end;
  }

  private next(end: number) {
    const due = [...this.timers].filter((timer) => timer.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}
