/** A time without an acknowledged write. */
export interface Gap {
  readonly milliseconds: number;
  /** When it ended. */
  readonly until: string;
  /** What was to be written. */
  readonly write: string;
  /** How often each of the answers came meanwhile that were not the one that is wanted. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Times between two acknowledged writes of one client. */
export class Gaps {
  /** Of all. */
  longest: Gap = { milliseconds: 0, until: '', write: '', answers: {} };
  private recent: Gap[] = [];
  private last = Date.now();

  acknowledged(write: string, answers: Gap['answers']): void {
    const [now, before] = [Date.now(), this.last];
    this.last = now;
    const gap = { milliseconds: now - before, until: new Date(now).toISOString(), write, answers };
    this.recent.push(gap);
    if (gap.milliseconds > this.longest.milliseconds) this.longest = gap;
  }

  /** So many since they were taken last, the longest first. */
  take(count: number): readonly Gap[] {
    const gaps = this.recent.sort((a, b) => b.milliseconds - a.milliseconds);
    this.recent = [];
    return gaps.slice(0, count);
  }
}

/** Of an odd or even number of times, in milliseconds. */
export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
