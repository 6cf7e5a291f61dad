import { Checker, type CheckerOptions, type Report, type Writes } from './checker.js';
import { type Gap, median } from './gaps.js';
import { missingOn } from './search.js';

interface CheckersOptions extends Pick<CheckerOptions, 'identity'> {
  /** Number of configurations that are written before, with their instances. */
  readonly filled?: number;
  /** What clients beside the first one write, at a lower rate: no write of one waits for those of another. */
  readonly beside?: readonly Writes[];
}

/** Clients that write to one Service all the while, each with numbers of its own. */
export class Checkers {
  private constructor(
    /** Writes everything. */
    readonly first: Checker,
    private readonly beside: Readonly<Record<string, Checker>>,
    private readonly identity: CheckerOptions['identity'],
  ) {}

  /** Resolves when they write. */
  static async start(service: string, { identity, filled = 0, beside = [] }: CheckersOptions): Promise<Checkers> {
    const first = new Checker(service, { identity });
    await first.fill(filled);
    const others = beside.map((writes, at) => {
      const options = { identity, writes, first: (at + 1) * 10_000, pause: 500 };
      return [`${writes} ${at + 1}`, new Checker(service, options).start()] as const;
    });
    return new Checkers(first.start(), Object.fromEntries(others), identity);
  }

  stop(): Promise<readonly Report[]> {
    return Promise.all(this.all.map((checker) => checker.stop()));
  }

  /** Acknowledged writes of all that a member does not have; empty is what should be. */
  missingOn(member: string): Promise<readonly string[]> {
    const sought = this.all.flatMap((checker) => checker.acknowledgedWrites);
    return missingOn(member, sought, this.identity);
  }

  /**
   * Of each client the longest times without an acknowledged write since this was asked last, as many as servers were
   * stopped meanwhile, in seconds; with the median of all, and what the longest of each waited for.
   */
  takeGaps(stops: number): GapsOfClients {
    const clients = { both: this.first, ...this.beside };
    const gaps = Object.entries(clients).map(([client, checker]) => [client, checker.takeGaps(stops)] as const);
    const all = gaps.flatMap(([, ofClient]) => ofClient.map(({ milliseconds }) => milliseconds));
    return {
      seconds: Object.fromEntries(gaps.map(([client, list]) => [client, list.map(seconds)])),
      median: seconds({ milliseconds: median(all) }),
      longest: Object.fromEntries(gaps.map(([client, [first]]) => [client, first])),
    };
  }

  private get all(): readonly Checker[] {
    return [this.first, ...Object.values(this.beside)];
  }
}

export interface GapsOfClients {
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  readonly median: number;
  readonly longest: Readonly<Record<string, Gap | undefined>>;
}

function seconds({ milliseconds }: Pick<Gap, 'milliseconds'>): number {
  return Math.round(milliseconds / 100) / 10;
}
