import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import { expect } from 'vitest';
import { eventually, type Objects, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';
import type { AuditEvent } from '../../../../test/cluster/test-cluster.js';

const test = testExample('webserver').extend('webserver', { scope: 'file' }, async ({ sample }) => {
  await sample.ready('webserver/webserver-sample');
  return new WebServer(sample);
});

/** The sample and its children as the API server has them. */
class WebServer {
  constructor(private readonly objects: Objects) {}

  get status(): Promise<Record<string, number>> {
    return this.objects
      .get<{ status: Record<string, number> }>('webserver/webserver-sample')
      .then(({ status }) => status);
  }

  get deployment(): Promise<Deployment> {
    return this.objects.get('deployment/webserver-sample');
  }

  get service(): Promise<Service> {
    return this.objects.get('service/webserver-sample-service');
  }

  get nodePort(): Promise<number | undefined> {
    return this.service.then(({ spec }) => spec?.ports?.[0]?.nodePort);
  }

  async images(): Promise<(string | undefined)[]> {
    const pods = await this.objects.list<Pod>('pods', '--selector=app=webserver-sample');
    const running = pods.filter(({ metadata }) => !metadata?.deletionTimestamp);
    return running.map(({ spec }) => spec?.containers[0]?.image);
  }

  edit(patch: object): Promise<void> {
    return this.objects.edit('webserver/webserver-sample', patch);
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
  const patch = JSON.stringify({ spec: { selector: { app: 'another-owner' } } });
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
  await expect(webserver.deployment).rejects.toThrow('NotFound');
});

test('the README works as written', async ({ cluster }) => {
  await followReadme(cluster, 'webserver');
});

test('the operator was never refused anything, and has used every verb that its role allows', async ({
  cluster,
  operator,
}) => {
  expect(operator.refused).toEqual([]);
  // An apply that creates needs both verbs.
  const created = operator.requests.filter(
    ({ verb, responseStatus }) => verb === 'patch' && responseStatus?.code === 201,
  );
  const used = new Set([
    ...operator.requests.map(permissionOf),
    ...created.map((request) => permissionOf({ ...request, verb: 'create' })),
  ]);
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

/** The permission that a request took, as `verb resource`. */
function permissionOf({ verb, objectRef: on }: AuditEvent): string {
  return `${verb} ${on?.resource}${on?.subresource ? `/${on.subresource}` : ''}`;
}
