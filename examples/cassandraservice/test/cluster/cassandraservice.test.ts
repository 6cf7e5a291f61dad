import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { eventually, type Objects, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const test = testExample('cassandraservice');
const cassandra = 'cassandraservice/cassandra';

async function container(objects: Objects) {
  const { spec } = await objects.get<StatefulSet>('statefulset/cassandra');
  return spec?.template.spec?.containers[0];
}

test('the sample becomes a headless Service and a StatefulSet whose pods have names', async ({ sample, cluster }) => {
  await sample.ready(cassandra);
  const { spec } = await sample.get<Service>('service/cassandra');
  expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  const pods = await sample.list<Pod>('pods', '--selector=app=cassandra');
  expect(pods.map(({ spec }) => `${spec?.hostname}.${spec?.subdomain}`)).toEqual(
    [0, 1, 2].map((number) => `cassandra-${number}.cassandra`),
  );
  expect(await cluster.kubectl(['get', 'cassandraservices'])).toMatch(/cassandra +3 +3 +gcr\.io\/google-samples/);
});

test('ports given as containerPort or as port are open on the pods and in the Service, each once', async ({
  sample,
}) => {
  const ports = [
    ['intra-node', 7000],
    ['tls-intra-node', 7001],
    ['jmx', 7199],
    ['cql', 9042],
  ];
  const { spec } = await sample.get<Service>('service/cassandra');
  expect(spec?.ports?.map(({ name, port }) => [name, port])).toEqual(ports);
  expect((await container(sample))?.ports?.map(({ name, containerPort }) => [name, containerPort])).toEqual(ports);
});

test('resources and the env of older manifests reach the pods; envs adds to it and wins', async ({ sample }) => {
  const before = await container(sample);
  expect(before?.resources).toEqual({
    limits: { cpu: '500m', memory: '1Gi' },
    requests: { cpu: '500m', memory: '1Gi' },
  });
  expect(before?.env).toHaveLength(7);
  expect(before?.env).toContainEqual(expect.objectContaining({ name: 'POD_IP', valueFrom: expect.anything() }));
  const envs = [
    { name: 'MAX_HEAP_SIZE', value: '256M' },
    { name: 'CASSANDRA_NUM_TOKENS', value: '16' },
  ];
  await sample.edit(cassandra, { spec: { envs } });
  const env = async () => (await container(sample))?.env?.map(({ name, value }) => ({ name, value }));
  await expect.poll(env, eventually).toEqual(expect.arrayContaining(envs));
  expect(await env()).toHaveLength(8);
});

test('the StatefulSet follows the size, and its status stands in the object', async ({ sample, cluster }) => {
  await cluster.kubectl(['scale', cassandra, '--replicas=5']);
  const both = async () => {
    const [set, object] = await Promise.all([
      sample.get<StatefulSet>('statefulset/cassandra'),
      sample.get<{ status: object }>(cassandra),
    ]);
    const { observedGeneration: _, conditions: __, ...fields } = set.status!;
    return { fields, object: object.status };
  };
  await expect.poll(async () => (await both()).object, eventually).toMatchObject({ readyReplicas: 5, replicas: 5 });
  await sample.edit(cassandra, { spec: { size: 2 } });
  await expect.poll(async () => (await both()).object, eventually).toMatchObject({ readyReplicas: 2, replicas: 2 });
  await sample.ready(cassandra);
  await expect
    .poll(async () => {
      const { fields, object } = await both();
      return { ...object, ...fields, same: JSON.stringify({ ...object, ...fields }) === JSON.stringify(object) };
    }, eventually)
    .toMatchObject({ same: true, currentRevision: expect.stringMatching(/^cassandra-/), currentReplicas: 2 });
});

test('the README works as written', async ({ cluster }) => {
  await cluster.kubectl(['delete', 'cassandraservice/cassandra']);
  await followReadme(cluster, 'cassandraservice');
});

test('the operator was never refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
