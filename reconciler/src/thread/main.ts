import { parentPort, workerData } from 'node:worker_threads';
import { Client } from '../client/client.js';
import type { Credentials } from '../client/connection.js';
import { Lease } from '../election/lease.js';
import { sleep, systemClock } from '../queue/clock.js';
import { serveHealth } from './health.js';
import { Line } from './line.js';
import type { Metrics, Start, Warning } from './protocol.js';
import { VitalSigns } from './vital-signs.js';

/** Milliseconds that the main thread has for an answer, if the last one will do. */
const patience = 1_000;
/** Milliseconds that it has for the metrics: Prometheus gives up after ten seconds. */
const metricsPatience = 8_000;

const signs = new VitalSigns(workerData as SharedArrayBuffer);
const running = new AbortController().signal;
let lease: Lease | undefined;
let kept: Promise<unknown> | undefined;

const line = new Line(parentPort!, {
  start,
  acquire,
  keep: () => kept,
  release: () => lease?.release(),
});

/** Returns the port. */
async function start({ connection, userAgent, lease: options, port }: Start): Promise<number> {
  const { server, proxy, ...rest } = connection;
  const urls = { server: new URL(server), ...(proxy && { proxy: new URL(proxy) }) };
  const credentials = remembered<Credentials>('credentials');
  const observer = { answered: (...answer: unknown[]) => void line.call('answered', answer) };
  const client = new Client({ ...rest, ...urls, credentials }, userAgent, observer);
  lease = options && new Lease(options, client, systemClock, { warn }, signs);
  const notReady = remembered<string | undefined>('notReady');
  const metrics = () => inTime<Metrics>(line.call('metrics'), metricsPatience);
  return serveHealth(port, { signs, notReady, metrics });
}

/** It is kept from now on, however long the main thread takes to hear of it. */
async function acquire(): Promise<boolean | undefined> {
  const leads = await lease?.acquire(running);
  kept = leads ? lease?.keep(running) : undefined;
  return leads;
}

function warn({ err }: { readonly err: unknown }, message: string): void {
  const { name, message: text } = err instanceof Error ? err : new Error(String(err));
  void line.call('warn', { message, error: { name, message: text } } satisfies Warning);
}

/** What the main thread answers; while it is busy, what it answered last. */
function remembered<T>(name: string): (argument?: unknown) => Promise<T> {
  let last: { readonly value: T } | undefined;
  return (argument) => {
    const known = last;
    const asked = line.call<T>(name, argument).then((value) => {
      last = { value };
      return value;
    });
    return known ? Promise.race([asked, sleep(systemClock, patience).then(() => known.value)]) : asked;
  };
}

function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  const late = () => Promise.reject(new Error('the process is busy'));
  return Promise.race([answer, sleep(systemClock, milliseconds).then(late)]);
}
