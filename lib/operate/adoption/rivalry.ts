/** Milliseconds. Another operator answers each status that this one writes, within moments. */
const answersWithin = 10_000;
const stopsAfter = 60_000;
const forgottenAfter = 600_000;

interface Watched {
  readonly since: number;
  last: number;
  rival?: { readonly manager: string; readonly at: number };
}

/**
 * Whether another operator still writes the status of a Nacos. Each of the two erases what shows that the other one
 * has written, so that it takes more than a look; another process begins from zero, and nothing is done too early.
 */
export class Rivalry {
  private readonly watched = new Map<string, Watched>();

  /** @param now milliseconds of a clock that only goes on */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * @param uid of the Nacos
   * @param manager that has written its status since this operator did
   */
  seen(uid: string, manager: string | undefined): { readonly looked: boolean; readonly rival?: string } {
    const now = this.now();
    for (const [known, { last }] of this.watched) if (now - last > forgottenAfter) this.watched.delete(known);
    const found = this.watched.get(uid) ?? { since: now, last: now };
    this.watched.set(uid, found);
    found.last = now;
    if (manager) found.rival = { manager, at: now };
    const { rival, since } = found;
    return {
      looked: now - since >= answersWithin,
      ...(rival && now - rival.at < stopsAfter && { rival: rival.manager }),
    };
  }
}
