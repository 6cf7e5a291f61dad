import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { test as base } from './fixture.js';

/** The command as it is in this checkout, with the cluster's kubeconfig. */
const test = base.extend('run', { scope: 'file' }, async ({ cluster }) => {
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', 'dist/00-crds.k8s.yaml']);
  await expect.poll(() => cluster.kubectl(['get', 'nacos']).catch(() => undefined), { timeout: 60_000 }).toBeDefined();
  return (args: readonly string[], input = '') => {
    const command = ['--conditions=cdk8s-source', '--import', 'tsx', 'lib/cli/main.ts', ...args];
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { input, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
});

const manifest = readFileSync('test/samples/nacos-single.yaml', 'utf8');

test('status shows the instances, and one with its conditions', async ({ cluster, run }) => {
  const { namespace } = cluster;
  expect(run(['status', '-n', namespace]).stdout).toBe(`no Nacos in ${namespace}\n`);
  await cluster.kubectl(['apply', '-f', '-'], manifest);
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'Starting',
    message: 'one of one',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const status = {
    phase: 'Creating',
    version: '2.0.4',
    members: [{ pod: 'nacos-single-0', state: 'UP' }],
    conditions: [condition],
  };
  await cluster.kubectl([
    'patch',
    'nacos',
    'nacos-single',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]);
  const list = run(['status', '-n', namespace]);
  expect([list.status, list.stderr]).toEqual([0, '']);
  expect(list.stdout).toMatch(/^NAMESPACE +NAME +STATE +SERVERS +TYPE +DATABASE +VERSION\n/);
  expect(list.stdout).toMatch(/nacos-single +Creating +0\/1 +standalone +embedded +2\.0\.4\n/);
  for (const everywhere of [['-A'], ['--all-namespaces'], []])
    expect(run(['status', ...everywhere]).stdout).toMatch(new RegExp(`^${namespace} +nacos-single `, 'm'));
  const one = run(['status', 'nacos-single', '-n', namespace]).stdout;
  expect(one).toMatch(/nacos-single-0 +UP/);
  expect(one).toMatch(/Ready +False +Starting +one of one/);
  expect(run(['status', 'absent', '-n', namespace])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('there is no Nacos absent'),
  });
});

test('diff shows what applying a file would change, and nothing else', async ({ cluster, run }) => {
  const { namespace } = cluster;
  await cluster.kubectl(['apply', '-f', '-'], manifest);
  expect(run(['diff', '-n', namespace, '-f', '-'], manifest)).toEqual({ status: 0, stdout: '', stderr: '' });
  const changed = run(['diff', '-n', namespace, '-f', '-'], manifest.replace('v2.0.4', 'v2.0.4-slim'));
  expect([changed.status, changed.stderr]).toEqual([1, '']);
  expect(changed.stdout).toMatch(/^-.*nacos-server:v2\.0\.4\n\+.*nacos-server:v2\.0\.4-slim$/m);
  const refused = run(['diff', '-n', namespace, '-f', '-'], manifest.replace('v2.0.4', 'v2.3.2'));
  expect([refused.status, refused.stderr]).toEqual([1, '']);
  expect(refused.stdout).toMatch(/nacos-single: REFUSED: spec\.image: .*cannot be altered in place/);
  const fresh = run(['diff', '-n', namespace, '-f', 'test/samples/nacos-cluster.yaml']);
  expect(fresh.stdout).toContain('+kind: StatefulSet');
  expect(fresh.stdout).not.toMatch(/mysqlPassword|cGFzc3dvcmQ|stringData/);
});

test('without a cluster it says which file is wrong', () => {
  const command = ['--conditions=cdk8s-source', '--import', 'tsx', 'lib/cli/main.ts', 'status'];
  const env = { ...process.env, KUBECONFIG: '/nowhere/config' };
  const { status, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining('/nowhere/config')]);
});
