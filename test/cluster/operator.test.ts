import { join } from 'node:path';
import type { Secret, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, test } from './operator.js';
import { stuck } from './pod-scripts.js';

test.runIf(isolated())(
  'the standalone sample runs, and kubectl shows what users expect',
  async ({ cluster, operator }) => {
    expect(operator.pods.servers.size).toBe(0);
    await cluster.kubectl(['apply', '-f', join(__dirname, '../samples/nacos-single.yaml')]);
    await expect.poll(phase(cluster, 'nacos-single'), eventually).toBe('Running');
    await cluster.kubectl(['wait', '--for=condition=Ready', 'nacos/nacos-single', '--timeout=30s']);
    const table = await cluster.kubectl(['get', 'nacos', 'nacos-single']);
    expect(table).toMatch(/NAME +REPLICAS +READY +TYPE +DBTYPE +VERSION +CREATETIME/);
    expect(table).toMatch(/nacos-single +1 +Running +standalone +embedded +2\.0\.4 +\d{4}-/);
  },
);

test.runIf(isolated())('a deleted Service comes back', async ({ cluster, operator: _ }) => {
  const path = `/api/v1/namespaces/${cluster.namespace}/services/nacos-single`;
  const { metadata } = await cluster.api.get<Service>(path);
  await cluster.kubectl(['delete', 'service', 'nacos-single']);
  const uid = async () => (await cluster.api.get<Service>(path).catch(() => undefined))?.metadata?.uid ?? metadata?.uid;
  await expect.poll(uid, eventually).not.toBe(metadata?.uid);
});

test.runIf(isolated())('what was edited by hand is put back', async ({ cluster, operator: _ }) => {
  const patch = (type: string, resource: string, content: unknown) =>
    cluster.kubectl(['patch', resource, 'nacos-single', `--type=${type}`, '-p', JSON.stringify(content)]);
  const read = async (resource: string, path: string) =>
    cluster.kubectl(['get', resource, 'nacos-single', '-o', `jsonpath={${path}}`]);
  const image = await read('statefulset', '.spec.template.spec.containers[0].image');
  await patch('json', 'service', [{ op: 'replace', path: '/spec/ports/0/port', value: 8850 }]);
  await patch('json', 'statefulset', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'x' }]);
  await cluster.kubectl(['label', 'statefulset', 'nacos-single', 'component-']);
  await expect.poll(() => read('service', '.spec.ports[*].port'), eventually).toMatch(/^8848 9848/);
  await expect.poll(() => read('statefulset', '.spec.template.spec.containers[0].image'), eventually).toBe(image);
  await expect.poll(() => read('statefulset', '.metadata.labels.component'), eventually).toBe('nacos');
  await expect.poll(phase(cluster, 'nacos-single'), eventually).toBe('Running');
});

test.runIf(isolated())(
  'an image that cannot be pulled is Failed, with the remedy',
  async ({ cluster, operator: _ }) => {
    cluster.kubelet.script({ labels: { app: 'broken' } }, stuck('ImagePullBackOff', 'manifest unknown'));
    await apply(cluster, 'broken', { image: 'nowhere/nacos:v2.0.4' });
    await expect.poll(phase(cluster, 'broken'), eventually).toBe('Failed');
    const stalled = await conditionOf(cluster, 'broken', 'Stalled');
    expect(stalled).toMatchObject({ status: 'True', reason: 'ImagePullBackOff' });
    expect(stalled?.message).toMatch(/manifest unknown; check spec.image/);
  },
);

test.runIf(isolated())(
  'credentials are made once, are enough for Nacos, and stay',
  async ({ cluster, operator: _ }) => {
    await apply(cluster, 'broken', { image: 'nowhere/nacos:v2.0.4', certification: { enabled: true } });
    const secret = () => cluster.api.get<Secret>(`/api/v1/namespaces/${cluster.namespace}/secrets/broken-auth`);
    await expect
      .poll(async () => Object.keys((await secret().catch(() => ({ data: {} }))).data ?? {}).length, eventually)
      .toBe(5);
    const { data } = await secret();
    expect(Buffer.from(Buffer.from(data?.token ?? '', 'base64').toString(), 'base64').length).toBeGreaterThanOrEqual(
      32,
    );
    const service = await cluster.api.get<Service>(`/api/v1/namespaces/${cluster.namespace}/services/broken`);
    expect(service.spec?.selector).toHaveProperty('nacos.io/client-traffic', 'not-before-administrator');
    await cluster.kubectl(['annotate', 'nacos', 'broken', 'touched=true']);
    expect((await secret()).data).toEqual(data);
  },
);

test.runIf(isolated())('a restart writes nothing, and nothing was ever refused', async ({ cluster, operator }) => {
  await cluster.kubectl(['delete', 'nacos', 'broken']);
  await expect.poll(phase(cluster, 'nacos-single'), eventually).toBe('Running');
  await operator.stop();
  const before = operator.requests();
  await operator.start();
  const watches = () =>
    operator
      .requests()
      .slice(before.length)
      .filter(({ verb }) => verb === 'watch').length;
  await expect.poll(watches, eventually).toBeGreaterThanOrEqual(7);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(operator.writes(before.length)).toEqual([]);
  expect(operator.requests().filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
});
