import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Caller, test, tokenOf } from './served.js';

const callers = 200;
const seconds = process.env.SOAK === 'true' ? 60 : 5;
const { bundleManager } = createRequire(__filename)('../../../scripts/bundle.cjs');

/** The program as it ships. @returns its address, its process, and how much memory that has in MiB */
async function start({ kubeconfig }: TestCluster) {
  bundleManager();
  const port = await freePort();
  const env = { ...process.env, KUBECONFIG: kubeconfig, PORT: String(port), RATE_LIMIT: '1000000', LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [join(__dirname, '../../../build/lib/manager.cjs')], {
    env,
    stdio: 'ignore',
  });
  const address = `http://127.0.0.1:${port}`;
  await expect
    .poll(
      () =>
        fetch(`${address}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  return { address, child, memory };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

test(`${callers} callers at once are all answered, and the process does not grow`, { timeout: 600_000 }, async ({
  cluster,
  editor,
  instances,
}) => {
  await editor.request('POST', instances, { name: 'busy', type: 'standalone' });
  const { address, child, memory } = await start(cluster);
  try {
    const caller = new Caller(address, await tokenOf(cluster, 'editor'));
    const wrong: string[] = [];
    let answered = 0;
    const run = async (milliseconds: number) => {
      const end = Date.now() + milliseconds;
      const one = async (index: number) => {
        for (let turn = index; Date.now() < end; turn += 1) {
          const [method, path, body] = [
            ['GET', instances],
            ['GET', `${instances}/busy`],
            ['GET', '/api/v1/versions'],
            ['PATCH', `${instances}/busy?dryRun=true`, { podLabels: { turn: `t${turn}` } }],
          ][turn % 4] as [string, string, object | undefined];
          const { status, body: answer } = await caller.request(method, path, body);
          answered += 1;
          if (status !== 200) wrong.push(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
        }
      };
      await Promise.all(Array.from({ length: callers }, (_, index) => one(index)));
    };
    await run((seconds * 1000) / 4);
    const warm = memory();
    await run(seconds * 1000);
    console.info(`${answered} requests, ${wrong.length} wrong; memory ${warm.toFixed()} → ${memory().toFixed()} MiB`);
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(answered).toBeGreaterThan(callers);
    // Room for what the collector has not taken away yet.
    expect(memory()).toBeLessThan(warm + 100);
  } finally {
    child.kill();
  }
});
