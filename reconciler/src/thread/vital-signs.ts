import { systemClock } from '../queue/clock.js';

/**
 * Milliseconds without a sign of life after which the main thread counts as hung: no reconciliation computes for so
 * long.
 */
export const hungAfter = 60_000;
const interval = 1_000;

/** What both threads see at any moment, also while one of them is busy: moments of the clock that all threads share. */
export class VitalSigns {
  private readonly cells: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(16)) {
    this.cells = new BigInt64Array(memory);
  }

  /** Until when this replica may write; 0 where it may not. */
  get heldUntil(): number {
    return this.read(0);
  }

  set heldUntil(moment: number) {
    this.write(0, moment);
  }

  /** Milliseconds since the main thread's event loop turned last. */
  get silence(): number {
    return systemClock.now() - this.read(1);
  }

  get hung(): boolean {
    return this.silence > hungAfter;
  }

  /** Called in the main thread. Does not keep the process alive. */
  beat(): void {
    const beat = () => this.write(1, systemClock.now());
    beat();
    setInterval(beat, interval).unref();
  }

  private read(cell: number): number {
    return Number(Atomics.load(this.cells, cell));
  }

  private write(cell: number, moment: number): void {
    Atomics.store(this.cells, cell, BigInt(Math.floor(moment)));
  }
}
