import type { Run } from './run.js';
import { writeStatus } from './write-status.js';

/** Children that are written soon enough, also by a busy API server. */
const few = 50;

/** Milliseconds until an object says how far its children are, and between two such words. */
const [first, next] = [5_000, 15_000];

/** What an object with thousands of children says before the last one is written. */
export class Progress {
  private due: number;

  constructor(
    private readonly run: Run,
    private readonly total: number,
  ) {
    this.due = run.now().getTime() + first;
  }

  /** @param done children that were looked at, and written where they had to be */
  async at(done: number): Promise<void> {
    const { run, total } = this;
    // To look at them is no news.
    if (total <= few || run.journal.changes.length === 0 || run.now().getTime() < this.due) return;
    await writeStatus(run, run.cluster.latest(run.owner) ?? run.owner, {
      progress: `${done} of ${total} children are written`,
    });
    this.due = run.now().getTime() + next;
  }
}
