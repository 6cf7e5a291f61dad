import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { expect } from 'vitest';
import { eventually, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const test = testExample('redisenterprisecluster');
const name = 'redis-enterprise';
const object = `redisenterprisecluster/${name}`;

// The class that the sample names, as the cloud of its user has it.
test.beforeAll(async ({ cluster }) => {
  const gp2 = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'gp2' },
    provisioner: 'fake.kubelet/volumes',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  await cluster.kubectl(['apply', '--filename=-'], JSON.stringify(gp2));
});

test('the sample becomes nodes with volumes, a name for each, a UI of the asked type, and a budget', async ({
  sample,
  cluster,
}) => {
  await sample.ready(object);
  const { spec } = await sample.get<StatefulSet>(`statefulset/${name}`);
  expect(spec?.replicas).toBe(3);
  expect(spec?.template.spec?.containers[0]).toMatchObject({
    image: 'redislabs/redis:5.4.0-19',
    imagePullPolicy: 'IfNotPresent',
    resources: { limits: { cpu: '400m', memory: '4Gi' }, requests: { cpu: '400m', memory: '4Gi' } },
  });
  const claims = await sample.list<PersistentVolumeClaim>('persistentvolumeclaims');
  expect(claims.map(({ metadata, spec, status }) => [metadata?.name, spec?.storageClassName, status?.phase])).toEqual(
    [0, 1, 2].map((number) => [`persistent-${name}-${number}`, 'gp2', 'Bound']),
  );
  expect((await sample.get<Service>(`service/${name}`)).spec?.clusterIP).toBe('None');
  expect((await sample.get<Service>(`service/${name}-ui`)).spec?.type).toBe('LoadBalancer');
  const budget = await sample.get<PodDisruptionBudget>(`poddisruptionbudget/${name}`);
  expect(budget.spec?.maxUnavailable).toBe(1);
  expect(await cluster.kubectl(['get', 'rec'])).toMatch(
    /redis-enterprise +3 +3 +5\.4\.0-19 +redis-enterprise-credentials/,
  );
});

test('the credentials are made once, stay, and are printed nowhere', async ({ sample, cluster, operator }) => {
  const secret = () => sample.get<Secret>(`secret/${name}-credentials`);
  const { data } = await secret();
  const [username, password] = [data?.username, data?.password].map((text) => Buffer.from(text!, 'base64').toString());
  expect(username).toBe('admin@acme.com');
  expect(password).toMatch(/^[\w-]{32}$/);
  await sample.edit(object, { spec: { nodes: 5, redisEnterpriseImageSpec: { versionTag: '5.4.2' } } });
  const nodes = async () => (await sample.get<{ status?: { readyNodes?: number } }>(object)).status?.readyNodes;
  await expect.poll(nodes, eventually).toBe(5);
  await sample.ready(object);
  expect((await secret()).data).toEqual(data);
  const shown = [
    await cluster.kubectl(['get', 'events', '--output=yaml']),
    await cluster.kubectl(['get', object, `statefulset/${name}`, '--output=yaml']),
    readFileSync(join(cluster.controlPlane.directory, 'log', 'redisenterprisecluster-operator.log'), 'utf8'),
  ].join('\n');
  expect(shown).toContain('MakeCredentials');
  expect(shown).not.toContain(password);
  expect(shown).not.toContain(data?.password);
  expect(
    operator.requests.filter(({ objectRef }) => objectRef?.resource === 'secrets').map(({ verb }) => verb),
  ).toContain('get');
});

test('the type of the UI Service follows the spec, and volumes do not change', async ({ sample }) => {
  await sample.edit(object, { spec: { uiServiceType: 'NodePort' } });
  const type = async () => (await sample.get<Service>(`service/${name}-ui`)).spec?.type;
  await expect.poll(type, eventually).toBe('NodePort');
  const edit = sample.edit(object, { spec: { persistentSpec: { storageClassName: 'gp3' } } });
  await expect(edit).rejects.toThrow('persistentSpec: cannot change, the volumes stay as they are');
});

test('a cluster that is deleted leaves its volumes and its credentials; one that is made again takes both', async ({
  sample,
  cluster,
  operator,
}) => {
  const before = await sample.get<Secret>(`secret/${name}-credentials`);
  await sample.delete(object);
  await sample.delete(`statefulset/${name}`).catch(() => {});
  const volume = await sample.get<PersistentVolumeClaim>(`persistentvolumeclaim/persistent-${name}-0`);
  await cluster.kubectl(['apply', '--filename', join(operator.directory, 'redisenterprisecluster.yaml')]);
  await sample.ready(object);
  expect((await sample.get<Secret>(`secret/${name}-credentials`)).metadata?.uid).toBe(before.metadata?.uid);
  const again = await sample.get<PersistentVolumeClaim>(`persistentvolumeclaim/persistent-${name}-0`);
  expect(again.spec?.volumeName).toBe(volume.spec?.volumeName);
  expect(again.metadata?.uid).toBe(volume.metadata?.uid);
});

test('the README works as written', async ({ cluster }) => {
  await cluster.kubectl(['delete', 'redisenterprisecluster/redis-enterprise']);
  await followReadme(cluster, 'redisenterprisecluster');
});

test('the operator was never refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
