import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { RequestObserver } from '../client/client.js';
import type { Connection } from '../client/connection.js';
import type { Leadership, LeaseOptions } from '../election/lease.js';
import { systemClock } from '../queue/clock.js';
import { NotLeaderError } from '../reconcile/problem.js';
import { Line } from './line.js';
import type { Metrics, Start, Warning } from './protocol.js';
import { source } from './source.js';
import { VitalSigns } from './vital-signs.js';

interface SecondThreadOptions {
  readonly connection: Connection;
  /** In User-Agent. */
  readonly userAgent: string;
  /** Absent: no election. */
  readonly lease?: LeaseOptions;
  /** Of health and metrics. 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
  readonly observer: RequestObserver;
  /** Why the process is not ready, or undefined. */
  notReady(): string | undefined;
  metrics(): Promise<Metrics>;
}

/**
 * Renews the Lease and answers probes in a thread of its own: a `render` that computes for long, or thousands of them,
 * cost neither the leadership nor the process. A main thread that hangs for good loses both.
 */
export class SecondThread implements Leadership {
  private readonly signs = new VitalSigns();
  private readonly worker: Worker;
  private readonly line: Line;

  private constructor({ connection, log, observer, notReady, metrics }: SecondThreadOptions) {
    this.worker = new Worker(source, {
      eval: true,
      workerData: this.signs.memory,
      execArgv: [],
      env: {},
      resourceLimits,
    });
    this.line = new Line(this.worker, {
      credentials: (refused: boolean) => connection.credentials(refused),
      warn: ({ message, error }: Warning) => log.warn({ err: Object.assign(new Error(error.message), error) }, message),
      answered: (answer: Parameters<RequestObserver['answered']>) => observer.answered(...answer),
      notReady,
      metrics,
    });
    this.signs.beat();
  }

  /**
   * @returns the thread, and the port that it serves
   * @throws Error if the port is taken
   */
  static async start(options: SecondThreadOptions): Promise<{ thread: SecondThread; port: number }> {
    const thread = new SecondThread(options);
    const { connection, userAgent, lease, port } = options;
    const { credentials: _, server, proxy, ...rest } = connection;
    const start: Start = { connection: { ...rest, server: server.href, proxy: proxy?.href }, userAgent, lease, port };
    try {
      return { thread, port: await thread.line.call<number>('start', start) };
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  /** Resolves, with why, if the thread ends by itself. */
  get ended(): Promise<unknown> {
    return new Promise((resolve) => {
      this.worker.once('error', resolve);
      this.worker.once('exit', (code) => resolve(new Error(`it ended with ${code}`)));
    });
  }

  /** Ends the thread at once. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  check(): void {
    if (systemClock.now() >= this.signs.heldUntil)
      throw new NotLeaderError('not the leader any more: nothing is written');
  }

  acquire(signal: AbortSignal): Promise<boolean> {
    return unlessAborted(signal, this.line.call<boolean>('acquire'), false);
  }

  keep(signal: AbortSignal): Promise<'lost' | 'stopped'> {
    return unlessAborted(signal, this.line.call<'lost' | 'stopped'>('keep'), 'stopped');
  }

  release(): Promise<void> {
    return this.line.call('release');
  }
}

/** MiB. It holds one connection, one Lease, and the text of the metrics while they are sent. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

function unlessAborted<T>(signal: AbortSignal, result: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([
    result,
    new Promise<T>((resolve) => signal.addEventListener('abort', () => resolve(otherwise), { once: true })),
  ]);
}
