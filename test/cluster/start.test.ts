import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, eventually, Operator, test as operated, phase } from './operator.js';

/** The definition is there, and no operator. */
const test = operated.extend('command', { scope: 'file' }, async ({ cluster, pods }, { onCleanup }) => {
  await new Operator(cluster, pods).define();
  const { controlPlane, kubeconfig, namespace } = cluster;
  const log = openSync(join(controlPlane.directory, 'log', 'npm-start.log'), 'a');
  const env = { ...process.env, KUBECONFIG: kubeconfig, WATCH_NAMESPACES: namespace, PORT: '0' };
  // A group of its own: npm does not hand signals on to what it runs.
  const child = spawn('npm', ['start'], {
    cwd: join(__dirname, '../..'),
    env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  onCleanup(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, 'SIGTERM');
    await once(child, 'exit');
  });
  return child;
});

test.runIf(isolated())('npm start runs the operator with nothing but the definition', async ({ cluster, command }) => {
  await apply(cluster, 'started', { version: '2.3.2' });
  await expect.poll(phase(cluster, 'started'), eventually).toBe('Running');
  expect(command.exitCode).toBeNull();
  const leases = await cluster.kubectl(['get', 'lease', '-n', cluster.namespace, '-o', 'name']);
  expect(leases).toBe('');
});
