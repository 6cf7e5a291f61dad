import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from './fixture.js';

test('npm run cluster returns while a cluster runs, and down ends it', async ({ cluster }) => {
  const cli = ['--import', createRequire(__filename).resolve('tsx'), join(__dirname, 'cli.ts')];
  const env = { ...process.env, CLUSTER_NAME: cluster.namespace };
  // Resolves when the program has ended and nothing holds its standard output and error any more.
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [...cli, ...args], { env });
  try {
    const { stdout } = await run();
    const [, kubeconfig = '', bin = ''] = /^export KUBECONFIG=(\S+)\nexport PATH=([^:]+):\$PATH\n$/.exec(stdout) ?? [];
    const kubectl = (...args: string[]) =>
      promisify(execFile)(join(bin, 'kubectl'), args, { env: { ...env, KUBECONFIG: kubeconfig } });
    expect((await kubectl('get', 'nodes', '--output=name')).stdout).toBe('node/fake-1\n');
    await kubectl('create', 'deployment', 'web', '--image=example.com/web', '--replicas=2');
    expect((await kubectl('rollout', 'status', 'deployment/web', '--timeout=200s')).stdout).toContain('successfully');

    expect((await run()).stdout).toBe(stdout);
    await run('down');
    expect(existsSync(kubeconfig)).toBe(false);
  } finally {
    await run('down');
  }
});
