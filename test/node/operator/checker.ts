import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientApi, type Exchange, v1, v3 } from './client-api.js';
import { type Gap, Gaps } from './gaps.js';
import { ask, missingOn, type Sought } from './search.js';

/** What was written while a cluster changed, and what came of it. */
export interface Report {
  readonly configurations: number;
  readonly instances: number;
  /** Attempts that failed and were made again. */
  readonly retries: number;
  /** Longest time between two acknowledged writes. */
  readonly longestGap: Gap;
}

/** What a checker writes, by a number. */
export type Writes = 'configurations' | 'instances' | 'both';

export interface CheckerOptions {
  /** From 3.0 on, a header by which servers let everything be written. */
  readonly identity?: Readonly<Record<string, string>>;
  /** @default both, an instance after each fifth configuration */
  readonly writes?: Writes;
  /** The first number; checkers beside each other need numbers of their own. @default 1 */
  readonly first?: number;
  /** Milliseconds between two numbers. @default 100 */
  readonly pause?: number;
}

/**
 * Writes numbered configurations, and after each fifth a persistent instance and its number into one more
 * configuration, through a Service, one after the other, all the while; remembers which were acknowledged, and finds
 * each of those on every member at the end.
 */
export class Checker {
  private readonly configurations: number[] = [];
  private readonly instances: number[] = [];
  /** What the configuration that is overwritten may hold: what was acknowledged last, or given up since. */
  private latest: readonly number[] = [];
  private retries = 0;
  private gaps = new Gaps();
  private next: number;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  /** @param service where clients are led to, such as `http://10.96.0.7:8848/nacos` */
  constructor(
    private readonly service: string,
    private readonly options: CheckerOptions = {},
  ) {
    this.next = options.first ?? 1;
  }

  /** Writes so many numbers, as fast as they are acknowledged. */
  async fill(count: number): Promise<void> {
    const end = this.next + count;
    const fillers = Array.from({ length: 8 }, async () => {
      while (this.next < end) await this.writeNumber(this.next++);
    });
    await Promise.all(fillers);
  }

  start(): this {
    this.gaps = new Gaps();
    this.running = this.run();
    return this;
  }

  async stop(): Promise<Report> {
    this.stopped = true;
    await this.running;
    const { retries, gaps } = this;
    return {
      configurations: this.configurations.length,
      instances: this.instances.length,
      retries,
      longestGap: gaps.longest,
    };
  }

  /** So many of the times between two acknowledged writes since this was asked last, the longest first. */
  takeGaps(count: number): readonly Gap[] {
    return this.gaps.take(count);
  }

  get acknowledged(): number {
    return this.configurations.length;
  }

  private get api(): ClientApi {
    return this.options.identity ? v3 : v1;
  }

  /** All that was acknowledged. */
  get acknowledgedWrites(): readonly Sought[] {
    const instances = this.instances.map((number) => ({ what: `instance ${number}`, ...this.api.instance(number) }));
    const latest = { what: `latest of ${this.latest}`, ...this.api.configuration('latest', this.latest) };
    // As long as it is overwritten, what was acknowledged last is soon something else.
    const still = this.stopped && this.latest.length > 0;
    return [...this.published(), ...instances, ...(still ? [latest] : [])];
  }

  /** Of the first so many configurations that were acknowledged, those that a server does not have. */
  configurationsMissingOn(member: string, count: number): Promise<string[]> {
    return missingOn(member, this.published().slice(0, count), this.options.identity);
  }

  private published(): Sought[] {
    return this.configurations.map((number) => ({
      what: `configuration ${number}`,
      ...this.api.configuration(`number-${number}`, [number]),
    }));
  }

  private async run(): Promise<void> {
    for (; !this.stopped; await sleep(this.options.pause ?? 100)) {
      const number = this.next++;
      if (await this.writeNumber(number)) await this.overwrite(number);
    }
  }

  /** @returns whether an instance was written too */
  private async writeNumber(number: number): Promise<boolean> {
    const { writes = 'both' } = this.options;
    if (writes !== 'instances' && (await this.write(this.api.publish(`number-${number}`, number))))
      this.configurations.push(number);
    if (writes === 'configurations' || (writes === 'both' && number % 5 !== 0)) return false;
    if (await this.write(this.api.register(number))) this.instances.push(number);
    return writes === 'both';
  }

  private async overwrite(number: number): Promise<void> {
    const taken = await this.write(this.api.publish('latest', number));
    this.latest = taken ? [number] : [...this.latest, number];
  }

  /** Until it is acknowledged, as a client would. False where it was given up because the checker is stopped. */
  private async write({ path, taken }: Exchange): Promise<boolean> {
    const answers: Record<string, number> = {};
    for (;;) {
      // Another connection for each, which may lead to another server.
      const reply = await ask(`${this.service}${path}`, 'POST', { connection: 'close', ...this.options.identity });
      if ('body' in reply && taken(reply.body)) {
        this.gaps.acknowledged(path, answers);
        return true;
      }
      if (this.stopped) return false;
      const answer = 'failure' in reply ? reply.failure : reply.body;
      answers[answer] = (answers[answer] ?? 0) + 1;
      this.retries += 1;
      await sleep(200);
    }
  }
}
