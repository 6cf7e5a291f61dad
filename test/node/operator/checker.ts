import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientApi, type Exchange, v1, v3 } from './client-api.js';

/** What was written while a cluster changed, and what came of it. */
export interface Report {
  readonly configurations: number;
  readonly instances: number;
  /** Attempts that failed and were made again. */
  readonly retries: number;
  /** Longest time between two acknowledged writes. */
  readonly longestGap: Gap;
}

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
  private longestGap: Gap = none;
  /** Since it was taken last. */
  private recentGap: Gap = none;
  private next = 1;
  private last = Date.now();
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param service where clients are led to, such as `http://10.96.0.7:8848/nacos`
   * @param identity from 3.0 on, a header by which servers let everything be written
   */
  constructor(
    private readonly service: string,
    private readonly identity?: Readonly<Record<string, string>>,
  ) {}

  private get api(): ClientApi {
    return this.identity ? v3 : v1;
  }

  /** Writes so many configurations, as fast as they are acknowledged. */
  async fill(configurations: number): Promise<void> {
    while (this.next <= configurations) await this.writeNext();
  }

  start(): this {
    this.last = Date.now();
    this.running = this.run();
    return this;
  }

  async stop(): Promise<Report> {
    this.stopped = true;
    await this.running;
    const { retries, longestGap } = this;
    return { configurations: this.configurations.length, instances: this.instances.length, retries, longestGap };
  }

  /** The longest time between two acknowledged writes since this was asked last. */
  takeGap(): Gap {
    const gap = this.recentGap;
    this.recentGap = none;
    return gap;
  }

  get acknowledged(): number {
    return this.configurations.length;
  }

  /** Acknowledged writes that a member does not have; empty is what should be. */
  missingOn(member: string): Promise<string[]> {
    const instances = this.instances.map((number) => ({ what: `instance ${number}`, ...this.api.instance(number) }));
    const latest = { what: `latest of ${this.latest}`, ...this.api.configuration('latest', this.latest) };
    // As long as it is overwritten, what was acknowledged last is soon something else.
    const still = this.stopped && this.latest.length > 0;
    return this.missing(member, [...this.published(), ...instances, ...(still ? [latest] : [])]);
  }

  /** As `missingOn`, of the first so many configurations. */
  configurationsMissingOn(member: string, count: number): Promise<string[]> {
    return this.missing(member, this.published().slice(0, count));
  }

  private published(): Sought[] {
    return this.configurations.map((number) => ({
      what: `configuration ${number}`,
      ...this.api.configuration(`number-${number}`, [number]),
    }));
  }

  /**
   * A few at a time, as a server of a small machine can bear. What is not there is looked for again, as long as more of
   * it comes or a question is not answered, and for a minute after: what is written while a server starts it shows only
   * when it next compares its files with the database, within 30 s (nacos: DumpChangeConfigWorker.java).
   */
  private async missing(member: string, written: readonly Sought[]): Promise<string[]> {
    let missing = written;
    const begin = Date.now();
    for (let vain = 0; missing.length > 0 && vain < 120; await sleep(500)) {
      const found = await eachOf(missing, (sought) => this.lookFor(member, sought));
      const left = found.filter((one) => one !== undefined);
      vain = left.length < missing.length || left.some(({ answer }) => answer === unanswered) ? 0 : vain + 1;
      missing = left;
      if (vain === 1) console.log(`${member} does not show yet: ${left.map(({ what }) => what).join(', ')}`);
    }
    console.log(`${member}: all but ${missing.length} found after ${((Date.now() - begin) / 1000).toFixed(0)} s`);
    return missing.map(({ what, answer }) => `${what}: ${answer}`);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.writeNext();
      await sleep(100);
    }
  }

  private async writeNext(): Promise<void> {
    const number = this.next++;
    if (await this.write(this.api.publish(`number-${number}`, number))) this.configurations.push(number);
    if (number % 5 !== 0) return;
    if (await this.write(this.api.register(number))) this.instances.push(number);
    const taken = await this.write(this.api.publish('latest', number));
    this.latest = taken ? [number] : [...this.latest, number];
  }

  /** Until it is acknowledged, as a client would. False where it was given up because the checker is stopped. */
  private async write({ path, taken }: Exchange): Promise<boolean> {
    const answers: Record<string, number> = {};
    for (;;) {
      const { body, failure } = await this.ask(`${this.service}${path}`, 'POST');
      if (body !== undefined && taken(body)) {
        this.measure(path, answers);
        return true;
      }
      if (this.stopped) return false;
      const answer = failure ?? body ?? '';
      answers[answer] = (answers[answer] ?? 0) + 1;
      this.retries += 1;
      await sleep(200);
    }
  }

  private measure(write: string, answers: Gap['answers']): void {
    const [now, before] = [Date.now(), this.last];
    this.last = now;
    const gap = { milliseconds: now - before, until: new Date(now).toISOString(), write, answers };
    if (gap.milliseconds > this.recentGap.milliseconds) this.recentGap = gap;
    if (gap.milliseconds > this.longestGap.milliseconds) this.longestGap = gap;
  }

  /** Undefined if it is there. */
  private async lookFor(member: string, sought: Sought): Promise<Sought | undefined> {
    const { body, failure } = await this.ask(`${member}${sought.path}`);
    return sought.taken(body ?? '') ? undefined : { ...sought, answer: failure ?? body ?? '' };
  }

  /** The body of an answer with 200, within the time that a client waits; or what came in its place. */
  private async ask(url: string, method = 'GET'): Promise<{ readonly body?: string; readonly failure?: string }> {
    const headers = { connection: 'close', ...this.identity };
    try {
      const answer = await fetch(url, { method, signal: AbortSignal.timeout(5000), headers });
      const body = await answer.text();
      return answer.ok ? { body } : { failure: `HTTP ${answer.status} ${body.slice(0, 100)}` };
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      return { failure: method === 'GET' ? unanswered : (cause?.code ?? name) };
    }
  }
}

/** What is looked for on a member, and what that answered last. */
interface Sought extends Exchange {
  readonly what: string;
  readonly answer?: string;
}

const none: Gap = { milliseconds: 0, until: '', write: '', answers: {} };
const unanswered = 'no answer';

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>, atOnce = 16): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  return results;
}
