import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import { expect } from 'vitest';
import { test as base } from '../../../../test/cluster/fixture.js';
import type { AuditEvent, TestCluster } from '../../../../test/cluster/test-cluster.js';

const example = join(__dirname, '../..');
// The garbage collector looks for new kinds every 30 s.
const eventually = { timeout: 50_000, interval: 50 };
const account = 'system:serviceaccount:webserver-operator:webserver-operator';

/** The operator as `npm start` runs it, with the permissions that `dist/` gives it, and the sample applied. */
const test = base.extend('webserver', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await cluster.kubectl(['apply', '-f', join(example, 'dist'), '--namespace=webserver-operator']);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd/webservers.my.domain']);
  const operator = await start(cluster);
  onCleanup(() => stop(operator));
  await cluster.kubectl(['apply', '-f', join(example, 'webserver.yaml')]);
  await cluster.kubectl(['wait', '--for=condition=Ready', 'webserver/webserver-sample', '--timeout=30s']);
  return new WebServer(cluster);
});

async function start({ controlPlane, namespace }: TestCluster): Promise<ChildProcess> {
  const log = openSync(join(controlPlane.directory, 'log', 'webserver-operator.log'), 'a');
  const kubeconfig = await controlPlane.serviceAccountKubeconfig('webserver-operator', 'webserver-operator');
  const args = ['--conditions=cdk8s-source', '--import', 'tsx', 'operator.ts'];
  const env = { ...process.env, KUBECONFIG: kubeconfig, WATCH_NAMESPACES: namespace, PORT: '0' };
  const operator = spawn(process.execPath, args, { cwd: example, env, stdio: ['ignore', log, log] });
  controlPlane.adopt(operator);
  return operator;
}

async function stop(operator: ChildProcess): Promise<void> {
  if (operator.exitCode === null && operator.kill('SIGTERM')) await once(operator, 'exit');
}

/** The sample and its children as the API server has them. */
class WebServer {
  constructor(private readonly cluster: TestCluster) {}

  get status(): Promise<Record<string, number>> {
    return this.read<{ status: Record<string, number> }>('/apis/my.domain/v1', 'webservers/webserver-sample').then(
      ({ status }) => status,
    );
  }

  get deployment(): Promise<Deployment> {
    return this.read('/apis/apps/v1', 'deployments/webserver-sample');
  }

  get service(): Promise<Service> {
    return this.read('/api/v1', 'services/webserver-sample-service');
  }

  get nodePort(): Promise<number | undefined> {
    return this.service.then(({ spec }) => spec?.ports?.[0]?.nodePort);
  }

  async images(): Promise<(string | undefined)[]> {
    const { items } = await this.read<{ items: Pod[] }>('/api/v1', 'pods?labelSelector=app%3Dwebserver-sample');
    const running = items.filter(({ metadata }) => !metadata?.deletionTimestamp);
    return running.map(({ spec }) => spec?.containers[0]?.image);
  }

  edit(patch: object): Promise<string> {
    return this.cluster.kubectl([
      'patch',
      'webserver',
      'webserver-sample',
      '--type=merge',
      '-p',
      JSON.stringify(patch),
    ]);
  }

  read<T>(api: string, path: string): Promise<T> {
    return this.cluster.api.get(`${api}/namespaces/${this.cluster.namespace}/${path}`);
  }
}

test('the sample becomes a Deployment and a NodePort Service, and says when it is ready', async ({ webserver }) => {
  expect((await webserver.deployment).spec?.replicas).toBe(3);
  expect((await webserver.service).spec?.type).toBe('NodePort');
  expect(await webserver.status).toMatchObject({ readyReplicas: 3, nodePort: await webserver.nodePort });
  expect(await webserver.images()).toEqual(Array(3).fill('nginx:1.23.1'));
});

test('kubectl get shows what matters', async ({ webserver, cluster }) => {
  const table = await cluster.kubectl(['get', 'webservers']);
  expect(table).toMatch(/NAME +REPLICAS +READY +PORT +IMAGE/);
  expect(table).toMatch(new RegExp(`webserver-sample +3 +3 +${await webserver.nodePort} +nginx:1.23.1`));
});

test('the number of pods follows the spec, up, down and by kubectl scale', async ({ webserver, cluster }) => {
  await webserver.edit({ spec: { replicas: 5 } });
  await expect.poll(async () => (await webserver.status).readyReplicas, eventually).toBe(5);
  await cluster.kubectl(['scale', 'webserver/webserver-sample', '--replicas=2']);
  await expect.poll(async () => (await webserver.images()).length, eventually).toBe(2);
});

test('a new image reaches every pod, and the Service keeps its port', async ({ webserver }) => {
  const port = await webserver.nodePort;
  await webserver.edit({ spec: { image: 'nginx:1.25.0', replicas: 3 } });
  await expect.poll(() => webserver.images(), eventually).toEqual(Array(3).fill('nginx:1.25.0'));
  expect(await webserver.nodePort).toBe(port);
});

test('a Service that was edited by hand is put back', async ({ webserver, cluster }) => {
  const patch = JSON.stringify({ spec: { selector: { app: 'somebody-else' } } });
  await cluster.kubectl(['patch', 'service', 'webserver-sample-service', '--type=merge', '-p', patch]);
  await expect
    .poll(async () => (await webserver.service).spec?.selector, eventually)
    .toEqual({ app: 'webserver-sample' });
});

test('a Service that was deleted by hand comes back, with the port that the spec asks for', async ({
  webserver,
  cluster,
}) => {
  const nodePort = await webserver.nodePort;
  await webserver.edit({ spec: { nodePort } });
  const { metadata } = await webserver.service;
  await cluster.kubectl(['delete', 'service', 'webserver-sample-service']);
  const again = () => webserver.service.catch(() => undefined);
  await expect.poll(async () => (await again())?.metadata?.uid ?? metadata?.uid, eventually).not.toBe(metadata?.uid);
  expect(await webserver.nodePort).toBe(nodePort);
});

test('deletion cleans up', async ({ webserver, cluster }) => {
  await cluster.kubectl(['delete', 'webserver', 'webserver-sample']);
  const left = async () => cluster.kubectl(['get', 'deployments,services,pods', '-o', 'name']);
  await expect.poll(left, eventually).toBe('');
  await expect(webserver.deployment).rejects.toThrow('404');
});

test('the operator was never refused anything, and has used every verb that its role allows', async ({ cluster }) => {
  const requests = cluster.audit(account);
  expect(requests.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
  const used = new Set(requests.flatMap(verbsOf));
  const role = JSON.parse(
    await cluster.kubectl(['get', 'clusterrole', 'webserver-operator-webservers.my.domain', '-o', 'json']),
  ) as { rules: PolicyRule[] };
  const allowed = role.rules.flatMap(({ verbs, resources = [] }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
  // The first is only asked for by an admission plugin that is off here, and nothing had to be pruned.
  const unused = ['update webservers/finalizers', 'delete deployments', 'delete services'];
  expect(allowed.filter((permission) => !used.has(permission) && !unused.includes(permission))).toEqual([]);
});

/** The permissions that a request took, as `verb resource`: an apply that creates takes two. */
function verbsOf({ verb, objectRef: on, responseStatus }: AuditEvent): string[] {
  const resource = `${on?.resource}${on?.subresource ? `/${on.subresource}` : ''}`;
  const created = verb === 'patch' && responseStatus?.code === 201;
  return [`${verb} ${resource}`, ...(created ? [`create ${resource}`] : [])];
}
