import { FakeClock } from 'cdk8s-reconciler/testing';
import { pino } from 'pino';
import { Caches } from '../../src/cache/caches.js';
import { Api } from '../../src/client/api.js';
import type { Controller } from '../../src/controller.js';
import type { Metrics } from '../../src/run/metrics.js';
import { prepare } from '../../src/run/prepare.js';
import { type Fate, type MemoryClient, MemoryServer } from './memory-server.js';

const log = pino({ level: 'silent' });
const unmeasured = new Proxy({}, { get: () => () => undefined }) as Metrics;

/** One controller against an API server in memory, through crashes and faults, move by move. */
export class History {
  readonly server = new MemoryServer();
  private readonly clock = new FakeClock();
  private client: MemoryClient | undefined;
  private stop = new AbortController();

  constructor(private readonly controllers: readonly Controller[]) {}

  /** Starts the process, or kills it and starts another one. */
  async restart(sentArrives = false): Promise<void> {
    if (this.client) this.server.kill(this.client, sentArrives);
    this.stop.abort();
    const { clock, server } = this;
    const stop = new AbortController();
    const client = server.client();
    Object.assign(this, { client, stop });
    const caches = new Caches({ client: client.asClient, clock, log });
    const guard = () => {
      if (stop.signal.aborted) throw new Error('this process is dead');
    };
    const prepared = this.controllers.map((controller) =>
      prepare(controller, {
        ...{ caches, clock, log, metrics: unmeasured, report() {} },
        api: new Api(client.asClient, controller.fieldManager, guard),
      }),
    );
    void caches.run(stop.signal);
    for (const { workers, missing, watchKinds } of prepared) {
      const complete = caches.until(() => missing().length === 0, stop.signal);
      void complete.then(() => !stop.signal.aborted && workers.start());
      void watchKinds(stop.signal);
    }
    await settle();
  }

  /** Makes one of the moves that are possible now. */
  async move(choice: number, fate: Fate = 'done'): Promise<void> {
    const { moves } = this.server;
    moves[choice % moves.length]?.(fate);
    await settle();
  }

  /** Time passes. */
  async wait(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    await settle();
  }

  /** So many seconds pass, and all that comes is delivered. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left--) {
      for (let moves = 0; this.server.moves.length > 0 && moves < 100; moves++) await this.move(0);
      await this.wait(1_000);
    }
  }

  /** Until nothing moves any more, however long one waits. Rejects where that never comes. */
  async quiet(): Promise<void> {
    for (let idle = 0, rounds = 0; idle < 2; rounds++) {
      const { writes } = this.server;
      for (let moves = 0; this.server.moves.length > 0; moves++) {
        if (moves > 2_000) throw new Error('it never settles');
        await this.move(0);
        // Also while there is always a move: a watch that broke comes back.
        this.clock.advance(10);
      }
      if (rounds > 50) throw new Error('it never settles');
      await this.wait(idle === 0 ? 1_000 : 60_000);
      // On a busy machine reconciliations have used up their slices of time, and wait for their turns.
      for (let turns = 0; turns < 20; turns++) await settle();
      idle = this.server.writes === writes && this.server.moves.length === 0 ? idle + 1 : 0;
    }
  }
}

/** All that follows from what happened so far has happened. */
async function settle(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
