import type { Secret } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, nacosOf, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const here = test.runIf(isolated());
const version = '2.3.2';
const encoded = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

async function write(cluster: TestCluster, name: string, values: Record<string, string>): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: encoded(values) };
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(manifest));
}

const secretOf = (cluster: TestCluster, name: string) =>
  cluster.api.get<Secret>(`/api/v1/namespaces/${cluster.namespace}/secrets/${name}`);

async function uidsOf(cluster: TestCluster, name: string): Promise<(string | undefined)[]> {
  return (await podsOf(cluster, name)).map(({ metadata }) => metadata?.uid);
}

/** Once all pods are others than these. */
async function replaced(cluster: TestCluster, name: string, before: (string | undefined)[]): Promise<void> {
  const left = async () => {
    const now = await uidsOf(cluster, name);
    return now.length === before.length ? now.filter((uid) => before.includes(uid)) : before;
  };
  await expect.poll(left, { ...eventually, timeout: 120_000 }).toEqual([]);
  await expect.poll(phase(cluster, name), eventually).toBe('Running');
}

const rotated = {
  token: Buffer.from('another token that has more than 32 bytes').toString('base64'),
  identityKey: 'other-key',
  identityValue: 'other-value',
};

here('another token and identity reach a cluster, and are shown nowhere', async ({ cluster, operator }) => {
  await apply(cluster, 'three', { type: 'cluster', version, certification: { enabled: true } });
  await expect.poll(phase(cluster, 'three'), { ...eventually, timeout: 120_000 }).toBe('Running');
  const pods = await uidsOf(cluster, 'three');
  expect(pods).toHaveLength(3);
  await write(cluster, 'three-auth', rotated);
  await replaced(cluster, 'three', pods);
  const states = (await nacosOf(cluster, 'three')).status?.members?.map(({ state }) => state);
  expect(states).toEqual(['UP', 'UP', 'UP']);
  expect(operator.pods.servers.get('three-2')?.identity).toEqual({ key: 'other-key', value: 'other-value' });
  const shown = await cluster.kubectl(['get', 'nacos,statefulsets,pods,events', '-o', 'yaml']);
  for (const value of Object.values(rotated)) expect(shown).not.toContain(value);
});

here('servers follow a Secret that the spec names, and their administrator too', async ({ cluster, operator }) => {
  const first = { token: Buffer.alloc(32, 'x').toString('base64'), identityKey: 'key', identityValue: 'value' };
  await write(cluster, 'mine', { ...first, administratorPassword: 'first' });
  const volume = { enabled: true };
  await apply(cluster, 'named', { version, volume, certification: { enabled: true, secretName: 'mine' } });
  await expect.poll(phase(cluster, 'named'), eventually).toBe('Running');
  expect(operator.pods.servers.get('named-0')?.password).toBe('first');
  const pods = await uidsOf(cluster, 'named');

  await write(cluster, 'mine', { ...first, administratorPassword: 'second' });
  await expect.poll(() => operator.pods.servers.get('named-0')?.password, eventually).toBe('second');
  await expect
    .poll(async () => (await secretOf(cluster, 'named-auth')).data, eventually)
    .toMatchObject(encoded({ currentAdministratorPassword: 'second' }));
  expect(await uidsOf(cluster, 'named')).toEqual(pods);

  await write(cluster, 'mine', { ...rotated, administratorPassword: 'second' });
  await replaced(cluster, 'named', pods);
  expect((await secretOf(cluster, 'mine')).data).toEqual(encoded({ ...rotated, administratorPassword: 'second' }));
});

here('a password in the spec works, with a warning, and so does another one', async ({ cluster, operator: _ }) => {
  const spec = (mysqlPassword: string) => ({
    version,
    database: { type: 'mysql', mysqlHost: 'db', mysqlUser: 'nacos', mysqlPassword },
  });
  await apply(cluster, 'plain', spec('first-in-plain'));
  await expect.poll(phase(cluster, 'plain'), eventually).toBe('Running');
  const warning = await conditionOf(cluster, 'plain', 'SecretsProtected');
  expect(warning?.message).toContain('name it in spec.database.credentialsSecret');
  const events = () => cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=plain']);
  await expect.poll(events, eventually).toMatch(/Warning +SecretsInSpec/);
  const pods = await uidsOf(cluster, 'plain');
  await apply(cluster, 'plain', spec('second-in-plain'));
  await replaced(cluster, 'plain', pods);
  const made = await cluster.kubectl(['get', 'statefulsets,pods,jobs,configmaps,events', '-o', 'yaml']);
  for (const password of ['first-in-plain', 'second-in-plain']) expect(made).not.toContain(password);
});

here('neither a lost status nor an older operator before restarts servers', async ({ cluster, operator }) => {
  await apply(cluster, 'old', { version, certification: { enabled: true } });
  await expect.poll(phase(cluster, 'old'), eventually).toBe('Running');
  const names = ['three', 'named', 'old'];
  const pods = async () => (await Promise.all(names.map((name) => uidsOf(cluster, name)))).flat();
  const generation = () =>
    cluster.kubectl(['get', 'statefulset', ...names, '-o', 'jsonpath={.items[*].metadata.generation}']);
  const recorded = (name: string) =>
    cluster.kubectl(['get', 'statefulset', name, '-o', 'jsonpath={.metadata.annotations.nacos\\.io/secrets-revision}']);
  await expect.poll(() => recorded('old'), eventually).not.toBe('');
  const before = { pods: await pods(), generation: await generation(), recorded: await recorded('old') };
  await operator.stop();
  for (const name of names) {
    const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos/${name}/status`;
    await cluster.api.patch(path, { status: null });
  }
  const path = `/api/v1/namespaces/${cluster.namespace}/secrets/old-auth`;
  await cluster.api.patch(path, { data: { revisionKey: null } });
  await operator.start();
  await expect.poll(() => recorded('old'), eventually).not.toBe(before.recorded);
  // Once it is back there was another reconciliation, with the new status.
  for (const service of ['three-client', 'named', 'old']) {
    await cluster.kubectl(['delete', 'service', service]);
    const back = () => cluster.kubectl(['get', 'service', service]).catch(() => '');
    await expect.poll(back, eventually).toContain(service);
  }
  for (const name of names) await expect.poll(phase(cluster, name), eventually).toBe('Running');
  expect({ pods: await pods(), generation: await generation() }).toEqual({
    pods: before.pods,
    generation: before.generation,
  });
});

const volume = { volume: { enabled: true } };
const authReady = (cluster: TestCluster, name: string) => async () =>
  (await conditionOf(cluster, name, 'AuthReady'))?.reason;
const values = async (cluster: TestCluster, name: string) =>
  Object.fromEntries(
    Object.entries((await secretOf(cluster, name)).data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );

here.for(['2.3.2', '3.0.3'])(
  '%s created again over its data has its administrator',
  async (version, { cluster, operator }) => {
    const name = `again${version[0]}`;
    const spec = { version, ...volume, certification: { enabled: true } };
    await apply(cluster, name, spec);
    await expect.poll(phase(cluster, name), eventually).toBe('Running');
    const before = await values(cluster, `${name}-auth`);
    await cluster.kubectl(['delete', 'nacos', name]);
    await expect.poll(async () => (await podsOf(cluster, name)).length, eventually).toBe(0);
    await apply(cluster, name, spec);
    await expect.poll(phase(cluster, name), eventually).toBe('Running');
    expect(await values(cluster, `${name}-auth`)).toEqual(before);
    expect(operator.pods.servers.get(`${name}-0`)?.password).toBe(before.administratorPassword);
  },
);

here(
  'a lost password is in the status, shuts no client out, and is mended in the Secret',
  async ({ cluster, operator }) => {
    await apply(cluster, 'lost', { version, ...volume, certification: { enabled: true } });
    await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
    const { administratorPassword: known = '' } = await values(cluster, 'lost-auth');
    await write(cluster, 'lost-auth', { administratorPassword: 'wrong', currentAdministratorPassword: 'wrong too' });
    await expect.poll(authReady(cluster, 'lost'), eventually).toBe('PasswordUnknown');
    await expect.poll(phase(cluster, 'lost'), eventually).toBe('Failed');
    const selector = await cluster.kubectl(['get', 'service', 'lost', '-o', 'jsonpath={.spec.selector}']);
    expect(selector).not.toContain('not-before-administrator');
    const shown = await cluster.kubectl(['get', 'nacos,statefulsets,pods,events', '-o', 'yaml']);
    for (const password of [known, 'wrong too']) expect(shown).not.toContain(password);
    await write(cluster, 'lost-auth', { administratorPassword: 'chosen', currentAdministratorPassword: known });
    await expect.poll(() => operator.pods.servers.get('lost-0')?.password, eventually).toBe('chosen');
    await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
  },
);

here('an administrator from before is named as such, and lets no client in', async ({ cluster, operator }) => {
  const ofOthers = { password: 'of others', close: async () => undefined };
  operator.pods.servers.set('second-0', ofOthers as never);
  const secret = { token: Buffer.alloc(32, 'x').toString('base64'), administratorPassword: 'mine' };
  await write(cluster, 'second-auth', secret);
  await apply(cluster, 'second', { version: '3.0.3', ...volume });
  await expect.poll(authReady(cluster, 'second'), eventually).toBe('AdministratorOfOthers');
  const selector = () => cluster.kubectl(['get', 'service', 'second', '-o', 'jsonpath={.spec.selector}']);
  expect(await selector()).toContain('not-before-administrator');
  await write(cluster, 'second-auth', { ...secret, administratorPassword: 'of others' });
  await expect.poll(phase(cluster, 'second'), eventually).toBe('Running');
  expect(await selector()).not.toContain('not-before-administrator');
  expect((await values(cluster, 'second-auth')).currentAdministratorPassword).toBe('of others');
});
