import { RivalError } from '../errors.js';

/**
 * Times that a child is put back, or made again, within some milliseconds before it is left alone, and for how long it
 * then is.
 */
const tolerated = { times: 5, within: 60_000 };
const leftAlone = { first: 60_000, most: 600_000 };

interface Written {
  /** Of what was applied. */
  readonly digest: string | undefined;
  /** When it was, lately. */
  readonly times: readonly number[];
  /** For how long it is left alone the next time; absent before the first time. */
  readonly pause?: number;
  readonly until: number;
}

/** How to speak of a fight. */
interface RivalWords {
  /** What others do each time. */
  readonly undone: string;
  /** The other one, where no field manager is known. */
  readonly unnamed: string;
  readonly remedy: string;
}

export const changedByOthers: RivalWords = {
  undone: 'changed',
  unnamed: 'another process of this operator',
  remedy: 'stop one of the two, or leave out what the other one is to set',
};

/** Of a child that is not there, no manager is known. */
export const deletedByOthers: RivalWords = {
  undone: 'deleted',
  unnamed: 'another program, which an audit log names, or as its own ttlSecondsAfterFinished says',
  remedy: 'stop that, or render it no longer',
};

/**
 * Notices that others undo what we write, as another operator of the same children does. To go on would replace pods by
 * the templates of both in turn: the child is left alone instead, for longer each time.
 */
export class Rivals {
  private readonly written = new Map<string, Written>();
  private swept = 0;

  /** @param now milliseconds */
  constructor(
    private readonly now: () => number,
    private readonly words = changedByOthers,
  ) {}

  /**
   * Called before a child is put back.
   *
   * @param managers field managers of others that have written to it
   * @param words how others undo it now. @default as always
   * @throws RivalError while it is left alone
   */
  async check(child: string, managers: () => Promise<readonly string[]>, words = this.words): Promise<void> {
    const wait = (this.written.get(child)?.until ?? 0) - this.now();
    if (wait > 0) throw new RivalError(describe(child, await managers(), words), wait);
  }

  /**
   * Called after that.
   *
   * @param digest of what was applied. Another one than before is a change of ours
   */
  wrote(child: string, digest: string | undefined): void {
    const now = this.now();
    this.sweep(now);
    const known = this.written.get(child);
    const before = known && known.digest === digest && !isPast(known, now) ? known : undefined;
    const times = [...(before?.times ?? []).filter((time) => time > now - tolerated.within), now];
    // Once it was left alone, a single change shows that the other one is still there.
    const most = before?.pause ? 0 : tolerated.times;
    if (times.length <= most) return void this.written.set(child, { digest, times, until: 0 });
    const wait = before?.pause ?? leftAlone.first;
    const pause = Math.min(wait * 2, leftAlone.most);
    this.written.set(child, { digest, times: [now], pause, until: now + wait });
  }

  private sweep(now: number): void {
    if (now - this.swept < tolerated.within) return;
    this.swept = now;
    for (const [child, written] of this.written) if (isPast(written, now)) this.written.delete(child);
  }
}

function describe(child: string, managers: readonly string[], { undone, unnamed, remedy }: RivalWords): string {
  const rival = managers.length > 0 ? managers.join(', ') : unnamed;
  return `${child} is put back again and again, and ${undone} each time by ${rival}: ${remedy}. Until then it is left alone, and put back once every few minutes`;
}

/** A quiet time as long as the longest pause ends the matter. */
function isPast({ times, until }: Written, now: number): boolean {
  return now - Math.max(until, ...times) > leftAlone.most;
}
