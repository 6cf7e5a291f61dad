import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { Api } from './api.js';
import { ControlPlane } from './control-plane.js';
import { test } from './fixture.js';
import { withLock } from './lock.js';
import { runs } from './processes.js';
import { baseDirectory, removeAbandoned } from './run-directory.js';

const roles = '/apis/rbac.authorization.k8s.io/v1';

test('a user may do nothing until a role says so', async ({ cluster }) => {
  const { api, namespace, controlPlane } = cluster;
  const user = Api.fromFile(await controlPlane.userKubeconfig({ name: 'jane', groups: ['developers'] }));
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  await expect(user.list(pods)).rejects.toMatchObject({ status: 403 });
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  await api.create(`${roles}/namespaces/${namespace}/roles`, { metadata: { name: 'reader' }, rules });
  await api.create(`${roles}/namespaces/${namespace}/rolebindings`, {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'developers' }],
  });
  await expect.poll(() => user.list(pods).catch(String), { timeout: 120_000 }).toHaveProperty('items');
  user.close();
});

test('a service account is known by its token', async ({ cluster }) => {
  const account = Api.fromFile(await cluster.controlPlane.serviceAccountKubeconfig(cluster.namespace, 'default'));
  const review = await account.create<{ status: { userInfo: { username: string } } }>(
    '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  );
  expect(review.status.userInfo.username).toBe(`system:serviceaccount:${cluster.namespace}:default`);
  account.close();
});

test('the audit log says what a user asked for', async ({ cluster }) => {
  const name = `auditor-${cluster.namespace}`;
  const user = Api.fromFile(await cluster.controlPlane.userKubeconfig({ name, groups: ['system:masters'] }));
  await user.create(`/api/v1/namespaces/${cluster.namespace}/configmaps`, { metadata: { name: 'audited' } });
  const events = cluster.audit(name).map(({ verb, objectRef }) => [verb, objectRef?.resource, objectRef?.name]);
  expect(events).toEqual([['create', 'configmaps', 'audited']]);
  user.close();
});

test('kubectl lies beside the kubeconfig', async ({ cluster }) => {
  expect(existsSync(join(cluster.controlPlane.kubeconfig, '..', '..', 'bin', 'kubectl'))).toBe(true);
  expect(await cluster.kubectl(['get', 'namespace', cluster.namespace, '--output=name'])).toContain(cluster.namespace);
});

test('two clusters run side by side, and one that ends leaves nothing', async ({ cluster }) => {
  const other = await ControlPlane.start();
  const processes = readdirSync(join(other.directory, 'pid')).map((name) =>
    JSON.parse(readFileSync(join(other.directory, 'pid', name), 'utf8')),
  );
  await expect(other.api.get(`/api/v1/namespaces/${cluster.namespace}`)).rejects.toMatchObject({ status: 404 });
  await other.stop();
  expect(existsSync(other.directory)).toBe(false);
  expect(processes.length).toBe(4);
  expect(processes.filter(runs)).toEqual([]);
});

test('an API server that was killed serves again, with what was stored', async () => {
  const own = await ControlPlane.start();
  try {
    await own.api.create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'kept' } });
    await own.stopApiServer();
    await expect(own.api.get('/readyz')).rejects.toThrow();
    await own.startApiServer();
    expect(await own.api.get('/api/v1/namespaces/default/configmaps/kept')).toBeDefined();
  } finally {
    await own.stop();
  }
});

test('a server that does not start fails with its last log lines', async () => {
  await expect(ControlPlane.start({ port: 70_000 })).rejects.toThrow(
    /kube-apiserver ended before it was ready.*65535/s,
  );
});

test('what another run is removing is left to it', async () => {
  const directory = join(baseDirectory(), 'c31');
  mkdirSync(join(directory, 'pid'), { recursive: true });
  writeFileSync(join(directory, 'owner'), JSON.stringify({ pid: process.pid, started: 'before the machine did' }));
  await withLock(join(baseDirectory(), 'removing-c31'), async () => {
    removeAbandoned();
    expect(existsSync(directory)).toBe(true);
  });
  removeAbandoned();
  expect(existsSync(directory)).toBe(false);
});

test('the next run cleans up after one that was killed', async () => {
  const tsx = createRequire(__filename).resolve('tsx');
  const child = spawn(process.execPath, ['--import', tsx, join(__dirname, 'abandon.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { directory, processes } = JSON.parse(line);
  expect(processes.every(runs)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  removeAbandoned();
  expect(processes.filter(runs)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});
