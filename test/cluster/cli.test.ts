import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCommand } from './command-line.js';
import { test as base } from './fixture.js';

/** The command as it is in this checkout, with the cluster's kubeconfig. */
const test = base.extend('run', { scope: 'file' }, async ({ cluster }) => {
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', 'dist/00-crds.k8s.yaml']);
  await expect.poll(() => cluster.kubectl(['get', 'nacos']).catch(() => undefined), { timeout: 60_000 }).toBeDefined();
  return (args: readonly string[], input?: string) => runCommand(cluster.kubeconfig, args, input);
});

const manifest = readFileSync('test/samples/nacos-single.yaml', 'utf8');

test('status shows the instances, and one with its conditions', async ({ cluster, run }) => {
  const { namespace } = cluster;
  expect(run(['status', '-n', namespace]).stdout).toBe(`no Nacos in ${namespace}; -A looks in all namespaces\n`);
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
  for (const everywhere of [['-A'], ['--all-namespaces']])
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

test('cluster and namespace are those of the context that is chosen, as of kubectl', async ({ cluster, run }) => {
  const { namespace, kubeconfig } = cluster;
  await cluster.kubectl(['apply', '-f', '-'], manifest);
  const file = join(mkdtempSync(join(tmpdir(), 'kubeconfig-')), 'config');
  copyFileSync(kubeconfig, file);
  const config = (...args: string[]) => cluster.kubectl(['config', '--kubeconfig', file, ...args]);
  const current = (await config('current-context')).trim();
  const [server, user] = (
    await config('view', '-o', 'jsonpath={.contexts[0].context.cluster} {.contexts[0].context.user}')
  ).split(' ');
  await config('set-context', 'shop', `--cluster=${server}`, `--user=${user}`, `--namespace=${namespace}`);
  await config('set-context', 'empty', `--cluster=${server}`, `--user=${user}`, '--namespace=kube-public');
  const status = (...args: string[]) => runCommand('/nowhere/config', ['status', '--kubeconfig', file, ...args]);
  expect(status('nacos-single', '--context', 'shop').stdout).toContain(`${namespace} `);
  expect(status('nacos-single', '--context', 'empty').stderr).toContain(
    'there is no Nacos nacos-single in kube-public',
  );
  expect(status('--context', 'empty', '-n', namespace).stdout).toContain('nacos-single');
  expect(status('--context', 'nope').stderr).toContain('there is no context "nope"');
  expect(await config('current-context')).toContain(current);
  const plan = [
    'plan',
    '--kubeconfig',
    file,
    '--context',
    'shop',
    '-f',
    'test/samples/nacos-single.yaml',
    '-o',
    'json',
  ];
  expect(JSON.parse(runCommand('/nowhere/config', plan).stdout)).toMatchObject([{ namespace, isNew: false }]);
  expect(JSON.parse(run(['status', 'nacos-single', '-n', namespace, '-o', 'json']).stdout)).toMatchObject({
    name: 'nacos-single',
    conditions: expect.any(Array),
  });
});

test('without a cluster it says which file is wrong', () => {
  const { status, stderr } = runCommand('/nowhere/config', ['status']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('/nowhere/config')]);
});
