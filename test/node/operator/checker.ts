import { setTimeout as sleep } from 'node:timers/promises';

/** What was written while a cluster changed, and what came of it. */
export interface Report {
  readonly configurations: number;
  readonly instances: number;
  /** Attempts that failed and were made again. */
  readonly retries: number;
  /** Longest time between two acknowledged writes, in milliseconds. */
  readonly longestGap: number;
}

interface Write {
  readonly request: string;
  readonly taken: (answer: string) => boolean;
}

/**
 * Writes numbered configurations, and a persistent instance after each fifth, through a Service, one after the other, all the while;
 * remembers which were acknowledged, and finds each of those on every member at the end.
 */
export class Checker {
  private readonly configurations: number[] = [];
  private readonly instances: number[] = [];
  private retries = 0;
  private longestGap = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  /** @param service where clients are led to, such as `http://10.96.0.7:8848/nacos` */
  constructor(private readonly service: string) {}

  start(): this {
    this.running = this.run();
    return this;
  }

  async stop(): Promise<Report> {
    this.stopped = true;
    await this.running;
    const { retries, longestGap } = this;
    return { configurations: this.configurations.length, instances: this.instances.length, retries, longestGap };
  }

  /** Acknowledged writes that a member does not have; empty is what should be. It may take a member a while to have the last ones. */
  async missingOn(member: string, seconds = 60): Promise<string[]> {
    const configurations = this.configurations.map((number) => `configuration ${number}`);
    let missing = [...configurations, ...this.instances.map((number) => `instance ${number}`)];
    for (const until = Date.now() + seconds * 1000; missing.length > 0 && Date.now() < until; await sleep(500)) {
      const found = await Promise.all(missing.map((what) => this.has(member, what)));
      missing = missing.filter((_, index) => !found[index]);
    }
    return missing;
  }

  private async run(): Promise<void> {
    let last = Date.now();
    for (let number = 1; !this.stopped; number++) {
      if (await this.write(configuration(number))) this.configurations.push(number);
      if (number % 5 === 0 && (await this.write(instance(number)))) this.instances.push(number);
      this.longestGap = Math.max(this.longestGap, Date.now() - last);
      last = Date.now();
      await sleep(100);
    }
  }

  /** Until it is acknowledged, as a client would. False where it was given up because the checker is stopped. */
  private async write({ request, taken }: Write): Promise<boolean> {
    for (;;) {
      const answer = await ask(`${this.service}${request}`, 'POST');
      if (answer !== undefined && taken(answer)) return true;
      if (this.stopped) return false;
      this.retries += 1;
      await sleep(200);
    }
  }

  private async has(member: string, what: string): Promise<boolean> {
    const [kind, number] = what.split(' ');
    if (kind === 'configuration')
      return (await ask(`${member}/v1/cs/configs?dataId=number-${number}&group=DEFAULT_GROUP`)) === `value-${number}`;
    const answer = (await ask(`${member}/v1/ns/instance/list?serviceName=service-${number}`)) ?? '';
    return answer.includes(`"ip":"${addressOf(Number(number))}"`);
  }
}

function configuration(number: number): Write {
  const request = `/v1/cs/configs?dataId=number-${number}&group=DEFAULT_GROUP&content=value-${number}`;
  return { request, taken: (answer) => answer === 'true' };
}

function instance(number: number): Write {
  const request = `/v1/ns/instance?serviceName=service-${number}&ip=${addressOf(number)}&port=80&ephemeral=false`;
  return { request, taken: (answer) => answer === 'ok' };
}

function addressOf(number: number): string {
  return `10.1.${Math.floor(number / 250)}.${(number % 250) + 1}`;
}

/** Undefined unless it was answered with 200, within the time that a client waits. */
async function ask(url: string, method = 'GET'): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(5000), headers: { connection: 'close' } });
    const body = await answer.text();
    return answer.ok ? body : undefined;
  } catch {
    return undefined;
  }
}
