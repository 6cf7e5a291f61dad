import type { Service } from 'kubernetes-types/core/v1.js';
import { describe, expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const ready = (cluster: TestCluster, name: string) => async () =>
  (await conditionOf(cluster, name, 'DataReady'))?.status;
const selector = async (cluster: TestCluster, name: string) =>
  (await cluster.api.get<Service>(`/api/v1/namespaces/${cluster.namespace}/services/${name}`)).spec?.selector;

async function put(cluster: TestCluster, kind: 'ConfigMap' | 'Secret', name: string, values: object): Promise<void> {
  const content = kind === 'Secret' ? { stringData: values } : { data: values };
  await cluster.kubectl(
    ['apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, ...content }),
  );
}

const initialData = (more: object = {}) => ({
  namespaces: [{ id: 'dev', name: 'Dev' }],
  users: [{ username: 'ann', passwordSecret: { name: 'ann-login' }, roles: ['reader'] }],
  permissions: [{ role: 'reader', namespace: 'dev', action: 'r' }],
  configurations: [
    { namespace: 'dev', dataId: 'inline.yaml', content: 'a: 1' },
    { namespace: 'dev', dataId: 'map.json', contentFrom: { configMapKeyRef: { name: 'shared', key: 'map' } } },
    { dataId: 'secret.properties', contentFrom: { secretKeyRef: { name: 'ann-login', key: 'extra' } } },
  ],
  ...more,
});

describe.runIf(isolated()).each([
  ['2.0.4', ''],
  ['2.3.2', ''],
  ['3.0.3', 'public'],
])('Nacos %s', (version, publicNamespace) => {
  const name = `n${version.replaceAll('.', '')}`;
  const spec = (data: object) => ({
    image: `nacos/nacos-server:v${version}`,
    certification: { enabled: true },
    initialData: data,
  });

  test('is filled before clients are let in', async ({ cluster, operator }) => {
    await cluster.kubectl(['delete', 'secret', 'ann-login', '--ignore-not-found']);
    await put(cluster, 'ConfigMap', 'shared', { map: '{"b": 1}' });
    await apply(cluster, name, spec(initialData()));
    const reason = async () => (await conditionOf(cluster, name, 'DataReady'))?.reason;
    await expect.poll(reason, eventually).toBe('SourceMissing');
    const { message } = (await conditionOf(cluster, name, 'DataReady')) ?? {};
    expect(message).toContain('user ann: create Secret ann-login with key password');
    expect(await selector(cluster, name)).toHaveProperty('nacos.io/client-traffic');

    await put(cluster, 'Secret', 'ann-login', { password: 'ann-password', extra: 'c=hidden' });
    await cluster.kubectl(['wait', '--for=condition=DataReady', `nacos/${name}`, '--timeout=60s']);
    const { data } = operator.pods.servers.get(`${name}-0`)!;
    expect(data.namespaces.get('dev')).toMatchObject({ name: 'Dev' });
    expect(data.users.get('ann')).toBe('ann-password');
    expect(data.roles).toContainEqual({ role: 'reader', username: 'ann' });
    expect(data.permissions).toEqual([{ role: 'reader', resource: 'dev:*:*', action: 'r' }]);
    expect([...data.configurations].map(([key, { content, type }]) => [key, content, type])).toEqual([
      ['dev/DEFAULT_GROUP/inline.yaml', 'a: 1', 'yaml'],
      ['dev/DEFAULT_GROUP/map.json', '{"b": 1}', 'json'],
      [`${publicNamespace}/DEFAULT_GROUP/secret.properties`, 'c=hidden', 'properties'],
    ]);
    await expect.poll(() => selector(cluster, name), eventually).not.toHaveProperty('nacos.io/client-traffic');
    const shown = await cluster.kubectl(['get', 'nacos,events', '-o', 'yaml']);
    expect(shown).not.toMatch(/ann-password|hidden/);
  });

  test('has later what its sources say, and keeps what people changed', async ({ cluster, operator }) => {
    const { configurations } = operator.pods.servers.get(`${name}-0`)!.data;
    const of = (dataId: string) => configurations.get(`dev/DEFAULT_GROUP/${dataId}`)?.content;
    configurations.set('dev/DEFAULT_GROUP/inline.yaml', { content: 'by hand', type: 'yaml', id: '1' });
    await put(cluster, 'ConfigMap', 'shared', { map: '{"b": 2}' });
    await apply(cluster, name, spec({ ...initialData(), namespaces: [{ id: 'dev', name: 'Dev' }, { id: 'test' }] }));
    await expect.poll(() => of('map.json'), eventually).toBe('{"b": 2}');
    await expect.poll(ready(cluster, name), eventually).toBe('True');
    expect(of('inline.yaml')).toBe('by hand');
    expect((await conditionOf(cluster, name, 'DataReady'))?.message).toContain('dev/DEFAULT_GROUP/inline.yaml');

    await apply(cluster, name, spec(initialData({ policy: 'Overwrite' })));
    await expect.poll(() => of('inline.yaml'), eventually).toBe('a: 1');
  });

  test('does not shut clients out when a source goes away or another is not there', async ({ cluster }) => {
    await cluster.kubectl(['delete', 'configmap', 'shared']);
    const { configurations } = initialData();
    const absent = { dataId: 'late', contentFrom: { configMapKeyRef: { name: 'late', key: 'late' } } };
    await apply(cluster, name, spec(initialData({ configurations: [...configurations, absent] })));
    const message = async () => (await conditionOf(cluster, name, 'DataReady'))?.message;
    await expect
      .poll(message, eventually)
      .toBe('configuration public/DEFAULT_GROUP/late: create ConfigMap late with key late');
    expect(await selector(cluster, name)).not.toHaveProperty('nacos.io/client-traffic');
    await put(cluster, 'ConfigMap', 'late', { late: 'x' });
    await expect.poll(ready(cluster, name), eventually).toBe('True');
    await cluster.kubectl(['delete', 'configmap', 'late']);
  });

  test('is filled again when it lost its data', async ({ cluster, operator }) => {
    const { data } = operator.pods.servers.get(`${name}-0`)!;
    data.namespaces.clear();
    data.users.delete('ann');
    data.roles.length = 0;
    data.permissions.length = 0;
    data.configurations.clear();
    await put(cluster, 'ConfigMap', 'shared', { map: '{"b": 3}' });
    await apply(cluster, name, spec(initialData()));
    await expect.poll(() => [...data.configurations.keys()].length, eventually).toBe(3);
    await expect.poll(ready(cluster, name), eventually).toBe('True');
  });
});
