import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod, Secret, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import type { FakePod } from './fake-pod.js';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, nacosOf, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const here = test.runIf(isolated());
const version = '2.3.2';
const volume = { enabled: true };
const patient = { ...eventually, timeout: 120_000 };

/** Literal values of the variables of each server. */
async function environments(cluster: TestCluster, name: string): Promise<Record<string, string | undefined>[]> {
  const pods = await podsOf(cluster, name);
  return pods.map(({ spec }) =>
    Object.fromEntries((spec?.containers[0]?.env ?? []).map((variable) => [variable.name, variable.value])),
  );
}

/** For `expect.poll`: what all servers have of a variable. */
const variable = (cluster: TestCluster, nacos: string, name: string) => async () => [
  ...new Set((await environments(cluster, nacos)).map((environment) => environment[name])),
];

/** The least number of ready servers and the order in which pods went, from now on. */
async function watchRoll(cluster: TestCluster, name: string, signal: AbortSignal) {
  const ready = new Map<string, boolean>();
  const seen = { least: Number.POSITIVE_INFINITY, gone: [] as string[] };
  const path = `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=app%3D${name}`;
  await cluster.api.follow<Pod>(
    path,
    ({ type, object: { metadata, status } }) => {
      const pod = metadata?.name ?? '';
      if (metadata?.deletionTimestamp && !seen.gone.includes(pod)) seen.gone.push(pod);
      const conditions = status?.conditions ?? [];
      const isReady = conditions.some((one) => one.type === 'Ready' && one.status === 'True');
      ready.set(pod, type !== 'DELETED' && !metadata?.deletionTimestamp && isReady);
      if (ready.size === 3) seen.least = Math.min(seen.least, [...ready.values()].filter(Boolean).length);
    },
    signal,
  );
  return seen;
}

here(
  'certification.enabled is what the server does, no, or yes with an administrator',
  async ({ cluster, operator }) => {
    const name = 'triple';
    const has = variable(cluster, name, 'NACOS_AUTH_ENABLE');
    const secret = () => cluster.api.get<Secret>(`/api/v1/namespaces/${cluster.namespace}/secrets/${name}-auth`);
    const settled = async () => {
      await expect.poll(phase(cluster, name), patient).toBe('Running');
      return (await conditionOf(cluster, name, 'AuthReady'))?.reason;
    };
    await apply(cluster, name, { version, volume });
    expect(await settled()).toBe('AuthenticationDisabled');
    expect(await has()).toEqual([undefined]);
    await apply(cluster, name, { version, volume, certification: { enabled: false } });
    await expect.poll(has, patient).toEqual(['false']);
    expect(await settled()).toBe('AuthenticationDisabled');
    await expect(secret()).rejects.toThrow('404');
    expect(operator.pods.servers.get('triple-0')?.password).toBe('nacos');

    // All keys are there at once, and the server keeps what it had: the user nacos with the password nacos.
    const values = [`token=${Buffer.alloc(32, 'x').toString('base64')}`, 'identityKey=k', 'identityValue=v'];
    const literals = [...values, 'administratorPassword=chosen'].map((value) => `--from-literal=${value}`);
    await cluster.kubectl(['create', 'secret', 'generic', 'triple-keys', ...literals]);
    await apply(cluster, name, { version, volume, certification: { enabled: true, secretName: 'triple-keys' } });
    await expect.poll(has, patient).toEqual(['true']);
    await expect.poll(() => operator.pods.servers.get('triple-0')?.password, patient).toBe('chosen');
    await expect
      .poll(async () => (await conditionOf(cluster, name, 'AuthReady'))?.reason, patient)
      .toBe('AdministratorSet');
    await settled();
  },
);

here('the heap follows the memory limit', async ({ cluster, operator: _ }) => {
  const spec = (memory: string) => ({ version, volume, resources: { limits: { memory } } });
  await apply(cluster, 'sized', spec('2Gi'));
  await expect.poll(variable(cluster, 'sized', 'JVM_XMX'), eventually).toEqual(['1024m']);
  await apply(cluster, 'sized', spec('4Gi'));
  await expect.poll(variable(cluster, 'sized', 'JVM_XMX'), patient).toEqual(['2048m']);
  await expect.poll(phase(cluster, 'sized'), eventually).toBe('Running');
});

here('a cluster on MySQL waits for its schema, and then shows its members', async ({ cluster, operator: _ }) => {
  const name = 'prod';
  const jobs: FakePod[] = [];
  const start = (pod: FakePod) => {
    jobs.push(pod);
    return pod.run();
  };
  cluster.kubelet.script({ labels: { component: 'schema' } }, { start });
  const credentialsSecret = { name: 'login' };
  await cluster.kubectl([
    'create',
    'secret',
    'generic',
    'login',
    '--from-literal=username=u',
    '--from-literal=password=p',
  ]);
  await apply(cluster, name, {
    type: 'cluster',
    version,
    database: { type: 'mysql', mysqlHost: 'db', credentialsSecret },
  });
  const schema = () => conditionOf(cluster, name, 'SchemaReady');
  await expect.poll(schema, eventually).toMatchObject({ status: 'False', reason: 'Waiting' });
  expect((await schema())?.message).toContain('waits until db:3306 answers');
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/statefulsets/${name}`;
  await expect(cluster.api.get<StatefulSet>(path)).rejects.toThrow('404');
  await expect.poll(() => jobs.length, eventually).toBe(1);
  await jobs[0]?.exit(0);
  await expect.poll(phase(cluster, name), patient).toBe('Running');
  const { status } = await nacosOf(cluster, name);
  expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'SchemaReady', status: 'True' }));
  const host = (ordinal: number) => `prod-${ordinal}.prod-headless.${cluster.namespace}.svc.cluster.local:8848`;
  expect(status?.members).toMatchObject(
    [0, 1, 2].map((ordinal) => ({ pod: `prod-${ordinal}`, address: host(ordinal), state: 'UP', version })),
  );
  expect(status?.members?.filter(({ leaderOf }) => leaderOf)).toHaveLength(1);
  expect(await cluster.kubectl(['get', 'nacos', name])).toMatch(/prod +3 +Running +cluster +mysql +2\.3\.2 +\d{4}-/);
});

here('labels of a Service and a budget that was deleted come back', async ({ cluster, operator: _ }) => {
  const path = 'jsonpath={.metadata.labels.middleware}';
  const label = () => cluster.kubectl(['get', 'service', 'prod-headless', '-o', path]);
  expect(await label()).toBe('nacos');
  expect(await cluster.kubectl(['get', 'secret', 'prod-auth', '-o', path])).toBe('nacos');
  await cluster.kubectl(['label', 'service', 'prod-headless', 'middleware=other', '--overwrite']);
  await expect.poll(label, eventually).toBe('nacos');
  const budgets = () => cluster.kubectl(['get', 'poddisruptionbudgets', '-l', 'app=prod', '-o', 'name']);
  const before = await budgets();
  expect(before).toContain('prod');
  await cluster.kubectl(['delete', 'poddisruptionbudgets', '-l', 'app=prod']);
  await expect.poll(budgets, eventually).toBe(before);
});

here(
  'a changed configuration reaches an embedded cluster one server at a time, the leader last',
  async ({ cluster, operator }) => {
    const name = 'ring';
    const spec = (more: object) => ({ type: 'cluster', version, volume, ...more });
    await apply(cluster, name, spec({}));
    await expect.poll(phase(cluster, name), patient).toBe('Running');
    expect(await variable(cluster, name, 'EMBEDDED_STORAGE')()).toEqual(['embedded']);
    const leader = operator.pods.clusters.get(name)?.leader?.split('.')[0];
    const end = new AbortController();
    const seen = await watchRoll(cluster, name, end.signal);

    await apply(
      cluster,
      name,
      spec({ config: 'nacos.core.auth.caching.enabled=true', env: [{ name: 'TEAM', value: 'red' }] }),
    );
    await expect.poll(variable(cluster, name, 'TEAM'), patient).toEqual(['red']);
    const [json] = await variable(cluster, name, 'SPRING_APPLICATION_JSON')();
    expect(JSON.parse(json ?? '')).toEqual({ 'nacos.core.auth.caching.enabled': 'true' });
    await expect.poll(phase(cluster, name), patient).toBe('Running');
    expect(await conditionOf(cluster, name, 'RolledOut')).toBeUndefined();
    end.abort();
    expect(seen.least).toBe(2);
    expect(seen.gone).toHaveLength(3);
    expect(seen.gone.at(-1)).toBe(leader);
    const service = await cluster.api.get<Service>(`/api/v1/namespaces/${cluster.namespace}/services/${name}-client`);
    expect(service.spec?.selector).toHaveProperty('nacos.io/client-traffic', 'enabled');

    // Members of other names would be others to Raft.
    const list = () => cluster.kubectl(['get', 'configmap', `${name}-members`, '-o', 'jsonpath={.data}']);
    const before = { list: await list(), pods: (await podsOf(cluster, name)).map(({ metadata }) => metadata?.uid) };
    await apply(cluster, name, spec({ clusterDomain: 'other.example' }));
    await expect
      .poll(() => conditionOf(cluster, name, 'Ready'), patient)
      .toMatchObject({
        status: 'False',
        reason: 'DomainChangeRefused',
        message: expect.stringContaining('set it back'),
      });
    expect(await list()).toBe(before.list);
    expect((await podsOf(cluster, name)).map(({ metadata }) => metadata?.uid)).toEqual(before.pods);
  },
);
