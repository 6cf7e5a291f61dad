import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { synth } from '../synth.js';
import { testOnNodes } from './fixture.js';
import { shell } from './manifests.js';
import type { NodeCluster } from './node-cluster.js';

const examples = join(__dirname, '../../examples');
const patience = { timeout: 60_000, interval: 500 };
/** The examples whose promise only real containers can keep. */
const names = ['echo', 'microservicedeploy', 'redisenterprisecluster'];

const test = testOnNodes(1);

test.beforeAll(async ({ cluster }) => {
  for (const name of names) {
    await cluster.kubectl(['apply', '--filename', synth(`examples/${name}`)]);
    // One replica of each is enough for one node.
    await cluster.kubectl([`--namespace=${name}-operator`, 'scale', `deployment/${name}-operator`, '--replicas=1']);
  }
  await cluster.apply(shell('shell'));
  await cluster.podReady('shell', 60);
});

const sample = (name: string) => parse(readFileSync(join(examples, name, `${name}.yaml`), 'utf8'));
const ready = (cluster: NodeCluster, object: string, namespace = 'default') =>
  cluster.kubectl(['wait', '--for=condition=Ready', object, `--namespace=${namespace}`, '--timeout=120s']);

test('an Echo prints its message to the letter: quotes, line breaks, and what looks like a variable', async ({
  cluster,
}) => {
  const message = `-n "It's", it said,\n\ttrue: $(HOSTNAME) costs $$5 \\n %s 你好\n`;
  await cluster.apply({ ...sample('echo'), spec: { message } });
  await ready(cluster, 'echo/hello-world');
  expect(await cluster.kubectl(['logs', 'job/hello-world'])).toBe(`${message}\n`);
});

test('only a tenant with the password gets through to a microservice', async ({ cluster }) => {
  // Its quota would count the pods of the other tests.
  const namespace = 'shop';
  await cluster.kubectl(['create', 'namespace', namespace]);
  const stringData = { htpasswd: 'acme:{PLAIN}rockets\n' };
  await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tenants', namespace }, stringData });
  const small = { cpu: '10m', memory: '32Mi' };
  const { spec, metadata, ...manifest } = sample('microservicedeploy');
  const resourceRequirements = { requests: small, limits: { ...small, cpu: '1' } };
  await cluster.apply({
    ...manifest,
    metadata: { ...metadata, namespace },
    spec: { ...spec, replicas: 1, autoscaling: false, resourceRequirements },
  });
  await ready(cluster, 'microservicedeploy/ms-sample-v1s0', namespace);
  const get = (credentials = '') =>
    cluster.run('shell', `wget -q -O - http://${credentials}ms-sample-v1s0.shop 2>&1 || true`);
  await expect.poll(() => get('acme:rockets@'), patience).toBe('served to acme\n');
  expect(await get()).toContain('401 Unauthorized');
  expect(await get('acme:guess@')).toContain('401 Unauthorized');
  expect(await get('nobody:rockets@')).toContain('401 Unauthorized');
});

test('a Redis with the credentials of its Secret answers, and keeps what it was given', async ({ cluster }) => {
  const { spec, ...manifest } = sample('redisenterprisecluster');
  await cluster.apply({
    ...manifest,
    spec: {
      ...spec,
      nodes: 1,
      persistentSpec: { enabled: 'true', storageClassName: 'standard', volumeSize: '64Mi' },
      redisEnterpriseNodeResources: { requests: { cpu: '10m', memory: '32Mi' } },
      redisEnterpriseImageSpec: { repository: 'redis', versionTag: '7' },
    },
  });
  await ready(cluster, 'redisenterprisecluster/redis-enterprise');
  const redis = (command: string) =>
    cluster
      .run('redis-enterprise-0', `REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --user "$REDIS_USERNAME" ${command}`)
      .catch(String);
  await expect.poll(() => redis('SET kept 42'), patience).toBe('OK\n');
  expect(await cluster.run('redis-enterprise-0', 'redis-cli GET kept 2>&1 || true')).toContain('NOAUTH');
  await cluster.kubectl(['delete', 'pod', 'redis-enterprise-0']);
  await cluster.podReady('redis-enterprise-0', 60);
  await expect.poll(() => redis('GET kept'), patience).toBe('42\n');
  const ui = () => cluster.run('shell', 'wget -q -O - http://redis-enterprise-ui.default:8443').catch(String);
  await expect.poll(ui, patience).toBe('the UI\n');
});
