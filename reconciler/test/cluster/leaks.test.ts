import { readdirSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { Replica } from './replica.js';
import { define, World } from './running.js';
import { declareWebServer } from './sample.js';

const group = 'leaks.test';
const WebServer = declareWebServer(group);
const reconciles = process.env.SOAK === 'true' ? 50_000 : 5_000;
const objects = 50;

interface Use {
  readonly reconciles: number;
  /** MiB after a collection. */
  readonly heap: number;
  readonly descriptors: number;
  readonly sockets: number;
}

test(`sockets, file descriptors and heap are flat over ${reconciles} reconciles`, { timeout: 3_600_000 }, async ({
  cluster,
}) => {
  await define(cluster, WebServer);
  const world = new World(cluster, WebServer);
  const env = { NODE_OPTIONS: '--expose-gc' };
  const replica = await Replica.start(cluster, { group, name: `${cluster.namespace}-leaks`, env });
  const names = Array.from({ length: objects }, (_, i) => `web-${i}`);
  for (const name of names) await world.create(name, { replicas: 0 });
  for (const name of names) await world.settled(name);
  const uses: Use[] = [];
  for (let share = 1; share <= 5; share++) {
    for (let round = 0; (await use(replica)).reconciles < (reconciles * share) / 5; round++) {
      // As many at a time as there are workers: more would only be taken together.
      for (let i = 0; i < objects; i += 4) {
        await Promise.all(
          names.slice(i, i + 4).map((name) => world.edit(name, { spec: { note: `${share}.${round}` } })),
        );
      }
    }
    uses.push(await use(replica));
  }
  const [, second, , , last] = uses;
  expect(last!.sockets).toBeLessThanOrEqual(second!.sockets + 2);
  expect(last!.descriptors).toBeLessThanOrEqual(second!.descriptors + 2);
  // Less than 100 bytes a reconcile: an object kept by mistake would be thousands.
  expect(last!.heap - second!.heap).toBeLessThan(1 + (reconciles * 100) / 2 ** 20);
  await replica.stop();
});

async function use(replica: Replica): Promise<Use> {
  replica.signal('SIGUSR2');
  const { port } = replica.log.find(({ message }) => message === 'started') ?? {};
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const values = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
  const sum = (name: string) => values(name).reduce((total, value) => total + value, 0);
  const links = readdirSync(`/proc/${replica.pid}/fd`).map((fd) => readlink(`/proc/${replica.pid}/fd/${fd}`));
  return {
    reconciles: sum('controller_runtime_reconcile_total'),
    heap: sum('nodejs_heap_size_used_bytes') / 2 ** 20,
    descriptors: links.length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
  };
}

function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
