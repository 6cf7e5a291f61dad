import { setTimeout } from 'node:timers/promises';
import { unknownTo } from './compare.js';
import { digestOf, inOrder, kindOf, kinds, type Unknown } from './item.js';
import { checkPolicy, type Plan, type Policy } from './plan.js';
import { pooled } from './pool.js';
import type { Progress } from './progress.js';
import { atOnce } from './server/client.js';
import type { Marked, Source, Store } from './source.js';

/** What one round did, by the names of items. */
export interface Round {
  readonly written: number;
  readonly removed: readonly string[];
  /** What the target cannot have, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** What the source no longer has, and the target keeps: only configurations are removed. */
  readonly kept: readonly string[];
}

/** Tries before what reads differently counts; members of a cluster have it a moment later. */
const tries = 6;

/** Writes what a source has and a target does not, each item whole and in the order of kinds. */
export class Transfer {
  /** What the target has by now, by the mark that the source had of it. */
  private readonly marks: Map<string, string>;
  private readonly skipped: ReadonlySet<string>;
  /** Of what was written and not read back yet. */
  private readonly digests = new Map<string, string>();
  private readonly unknown: Unknown;

  /** @throws DataError if the policy is abort and the target has something else */
  constructor(
    private readonly source: Source,
    private readonly target: Store,
    plan: Plan,
    policy: Policy,
    private readonly progress: Progress,
  ) {
    checkPolicy(plan, policy);
    this.marks = new Map(plan.same);
    this.skipped = new Set(policy === 'skip' ? plan.conflicts : []);
    this.unknown = unknownTo(source, target);
  }

  /**
   * One look at all of the source: writes what is new or changed since the last one, and removes configurations that
   * are gone since.
   *
   * @throws DataError if the source or the target fails
   */
  async round(): Promise<Round> {
    const left: { name: string; why: string }[] = [];
    const seen = new Set<string>();
    let written = 0;
    for (const kind of kinds)
      await pooled(this.source.list([kind]), atOnce, async ({ name, mark, read }) => {
        if (seen.has(name)) return;
        seen.add(name);
        if (this.skipped.has(name) || this.marks.get(name) === mark) return;
        const found = await read();
        if (!found || this.marks.get(name) === found.mark) return;
        const answer = await this.target.write(found.item);
        this.marks.set(name, found.mark);
        if (answer.done) {
          this.digests.set(name, digestOf(found.item, this.unknown));
          written++;
        } else left.push({ name, why: answer.why });
        this.progress({ what: 'written', name });
      });
    return { written, left, ...(await this.removeGone(seen)) };
  }

  /**
   * Reads back what the rounds before wrote.
   *
   * @param seconds before another look at what reads differently
   * @returns what reads differently
   */
  async check(seconds = 1): Promise<string[]> {
    const { digests, target } = this;
    const compare = async (name: string, found: Marked | undefined) => {
      if (!found || digestOf(found.item, this.unknown) !== digests.get(name)) return;
      digests.delete(name);
      this.progress({ what: 'compared', name });
    };
    for (let attempt = 1; digests.size > 0 && attempt <= tries; attempt++) {
      if (attempt > 1) await setTimeout(seconds * 1000);
      const open = [...digests.keys()];
      const configurations = open.filter((name) => kindOf(name) === 'configuration');
      await pooled(configurations, atOnce, async (name) => compare(name, await target.find(name)));
      const others = kinds.filter((kind) => kind !== 'configuration' && open.some((name) => kindOf(name) === kind));
      if (others.length === 0) continue;
      for await (const { name, read } of target.list(others)) if (digests.has(name)) await compare(name, await read());
    }
    const wrong = [...digests.keys()].sort(inOrder);
    digests.clear();
    return wrong;
  }

  private async removeGone(seen: ReadonlySet<string>): Promise<Pick<Round, 'removed' | 'kept'>> {
    const removed: string[] = [];
    const kept: string[] = [];
    const missing = [...this.marks.keys()].filter((name) => !seen.has(name));
    for (const name of missing.sort(inOrder).reverse()) {
      if (kindOf(name) !== 'configuration') {
        kept.push(name);
        this.marks.delete(name);
        // A list by pages can miss what is there while others are removed.
      } else if (!(await this.find(name))) {
        await this.target.remove(name);
        this.marks.delete(name);
        this.digests.delete(name);
        removed.push(name);
        this.progress({ what: 'removed', name });
      }
    }
    return { removed, kept };
  }

  private async find(name: string): Promise<boolean> {
    return !('find' in this.source) || (await (this.source as Store).find(name)) !== undefined;
  }
}
