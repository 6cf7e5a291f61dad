import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { expect } from 'vitest';
import { database, smallServer } from '../manifests.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

const test = testWithOperator(3);
const soon = { timeout: 90_000, interval: 500 };
const long = { timeout: 280_000, interval: 500 };
const password = "it's a \\ secret";

const nacos = (version: string, spec: object = {}) => ({
  image: `nacos/nacos-server:v${version}`,
  env: smallServer,
  resources: { requests: { cpu: '400m', memory: '512Mi' } },
  ...spec,
});
const cluster = { type: 'cluster', replicas: 3 };
const onMysql = { type: 'mysql', mysqlHost: 'mysql', credentialsSecret: { name: 'mysql-login' } };
/** Whatever the server does, its pod looks ready while it listens. */
const listening = { tcpSocket: { port: 8848 }, periodSeconds: 1 };

const instances = {
  'embedded-cluster': nacos('2.3.2', { ...cluster, volume: { enabled: true }, certification: { enabled: true } }),
  'mysql-cluster': nacos('2.3.2', { ...cluster, database: onMysql }),
  'without-volume': nacos('2.3.2', { readinessProbe: listening, livenessProbe: listening }),
  'mysql-standalone': nacos('2.0.4', {
    database: { ...onMysql, mysqlDb: 'another-one' },
    certification: { enabled: true, secretName: 'own-keys' },
  }),
};
const names = Object.keys(instances);

/** Keys of the user's own; he forgets the administrator's password. */
const keys = {
  token: Buffer.from('of a test, and of the 32 bytes that a token needs').toString('base64'),
  identityKey: 'own-identity',
  identityValue: 'own-identity-value',
};

const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});

test.beforeAll(async ({ operated }) => {
  await operated.nodes.apply(
    secret('mysql-login', { username: 'root', password }),
    secret('own-keys', keys),
    ...database('mysql', 'mysql:9', password),
  );
  for (const [name, spec] of Object.entries(instances)) await operated.apply(name, spec);
});

test('real Nacos, standalone and three members, on the embedded database and on MySQL, come up together', async ({
  operated,
}) => {
  await operated.running('embedded-cluster', 'mysql-cluster', 'without-volume');
  expect(await operated.row('embedded-cluster')).toEqual([
    ...['embedded-cluster', '3', 'Running', 'cluster', 'embedded', '2.3.2'],
  ]);
  const { status } = await operated.nacos('embedded-cluster');
  const groups = status?.members?.flatMap(({ leaderOf = [] }) => leaderOf).sort();
  expect(groups).toEqual(
    [
      'naming_instance_metadata',
      'naming_persistent_service',
      'naming_persistent_service_v2',
      'naming_service_metadata',
      'nacos_config',
    ].sort(),
  );
});

test('clients are let in when the administrator has his password, not before', async ({ operated }) => {
  const condition = () => operated.condition('mysql-standalone', 'AuthReady');
  await expect.poll(async () => (await condition())?.reason, long).toBe('PasswordMissing');
  await operated.nodes.podReady('mysql-standalone-0', 120);
  expect((await condition())?.message).toContain('Secret own-keys has no key administratorPassword; add it');
  expect(await endpoints(operated, 'mysql-standalone')).toEqual([]);
  expect(await logsIn(operated, 'mysql-standalone-0', 'nacos')).toBe(true);

  await operated.nodes.apply(secret('own-keys', { ...keys, administratorPassword: 'chosen by hand' }));
  await operated.running('mysql-standalone');
  await expect.poll(() => endpoints(operated, 'mysql-standalone'), soon).toHaveLength(1);
  expect(await logsIn(operated, 'mysql-standalone-0', 'nacos')).toBe(false);
  expect(await logsIn(operated, 'mysql-standalone-0', 'chosen by hand')).toBe(true);
});

test('generated keys are what the servers take, and stand in no log and no event', async ({ operated }) => {
  const administrator = await operated.secret('embedded-cluster-auth', 'administratorPassword');
  expect(await logsIn(operated, 'embedded-cluster-2', 'nacos')).toBe(false);
  expect(await logsIn(operated, 'embedded-cluster-2', administrator)).toBe(true);
  const said = await operated.said();
  expect(said).toContain('SetAdministrator');
  const values = ['token', 'identityValue', 'administratorPassword'];
  const generated = await Promise.all(values.map((key) => operated.secret('embedded-cluster-auth', key)));
  for (const value of [...generated, ...Object.values(keys), 'chosen by hand', password])
    expect(said).not.toContain(value);
});

test('another password in the Secret becomes the one that servers take', async ({ operated }) => {
  const before = await operated.secret('embedded-cluster-auth', 'administratorPassword');
  const patch = JSON.stringify({ stringData: { administratorPassword: 'another password' } });
  await operated.kubectl(['patch', 'secret', 'embedded-cluster-auth', '-p', patch]);
  const login = (password: string) => logsIn(operated, 'embedded-cluster-1', password);
  await expect.poll(() => login('another password'), soon).toBe(true);
  expect(await login(before)).toBe(false);
  expect(await operated.said()).not.toContain('another password');
});

test('what applications registered and published outlives the loss of a pod', async ({ operated }) => {
  const clients = {
    'embedded-cluster': 'embedded-cluster-auth',
    'mysql-cluster': undefined,
    'without-volume': undefined,
    'mysql-standalone': 'own-keys',
  };
  for (const [name, passwordIn] of Object.entries(clients)) {
    const service = name.endsWith('cluster') ? `${name}-client` : name;
    await operated.startClient(`of-${name}`, service, { publish: `of ${name}`, ...(passwordIn && { passwordIn }) });
  }
  for (const name of names) await operated.clientSees(`of-${name}`, `of ${name}`);
  const lost = ['embedded-cluster-1', 'mysql-cluster-2', 'without-volume-0', 'mysql-standalone-0'];
  await Promise.all(lost.map((pod) => operated.replacePod(pod)));
  for (const name of names.filter((name) => name !== 'without-volume'))
    await operated.clientSees(`of-${name}`, `of ${name}`);
  // Its client is back by itself; what it published went with the pod.
  await operated.clientSees('of-without-volume', 'null');
  await operated.running(...names);
});

test('another token and identity reach real members one at a time, and applications that log in again find what they left', {
  timeout: 900_000,
}, async ({ operated }) => {
  const members = [0, 1, 2].map((ordinal) => `embedded-cluster-${ordinal}`);
  const uids = () => Promise.all(members.map(async (name) => (await operated.pod(name)).metadata?.uid));
  const before = await uids();
  const stringData = { ...keys, identityKey: 'another-identity' };
  await operated.kubectl(['patch', 'secret', 'embedded-cluster-auth', '-p', JSON.stringify({ stringData })]);
  const left = async () => (await uids().catch(() => before)).filter((uid) => before.includes(uid));
  await expect.poll(left, { timeout: 700_000, interval: 1000 }).toEqual([]);
  await operated.running('embedded-cluster');
  const { status } = await operated.nacos('embedded-cluster');
  expect(status?.members?.map(({ state }) => state)).toEqual(['UP', 'UP', 'UP']);
  for (const member of members) expect(await logsIn(operated, member, 'another password')).toBe(true);
  await operated.kubectl(['delete', 'pod', 'of-embedded-cluster']);
  await operated.startClient('again', 'embedded-cluster-client', { passwordIn: 'embedded-cluster-auth' });
  await operated.clientSees('again', 'of embedded-cluster');
});

test('a server that hangs while its pod looks ready is noticed within a minute, and shown', async ({ operated }) => {
  const server = await operated.processOf('without-volume-0');
  process.kill(server, 'SIGSTOP');
  await expect
    .poll(() => operated.condition('without-volume', 'MembersHealthy'), { timeout: 60_000, interval: 500 })
    .toMatchObject({
      status: 'False',
      reason: 'Unreachable',
      message: expect.stringContaining('no answer within 5 s'),
    });
  const { status } = await operated.pod('without-volume-0');
  expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
  expect(await operated.phase('without-volume')).toBe('Creating');
  process.kill(server, 'SIGCONT');
  await operated.running('without-volume');
});

test('a database that is lost is named with what to do, and all is well again when it is back', async ({
  operated,
}) => {
  await operated.kubectl(['delete', 'pod', 'mysql']);
  await expect
    .poll(() => operated.condition('mysql-cluster', 'Ready'), long)
    .toMatchObject({ status: 'False', reason: 'NotReady', message: expect.stringContaining('database mysql:3306') });
  const restarts = async () => (await operated.pod('mysql-cluster-0')).status?.containerStatuses?.[0]?.restartCount;
  const before = await restarts();
  await operated.nodes.apply(...database('mysql', 'mysql:9', password));
  await operated.running('mysql-cluster', 'mysql-standalone');
  await operated.clientSees('of-mysql-cluster', 'of mysql-cluster');
  expect(await restarts()).toBe(before);
});

/** Addresses that a Service leads to. */
async function endpoints(operated: OperatedCluster, service: string): Promise<string[]> {
  const label = `kubernetes.io/service-name=${service}`;
  const { items } = JSON.parse(await operated.kubectl(['get', 'endpointslices', '-l', label, '-o', 'json'])) as {
    items: EndpointSlice[];
  };
  return items.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ addresses }) => addresses);
}

/** Whether a server takes the user nacos with a password, asked in its own pod. */
async function logsIn(operated: OperatedCluster, pod: string, password: string): Promise<boolean> {
  const form = new URLSearchParams({ username: 'nacos', password });
  // Where they refuse, the status line is none, and curl fails.
  const login = 'curl -s --data @- http://127.0.0.1:8848/nacos/v1/auth/users/login || true';
  return (await operated.kubectl(['exec', '-i', pod, '--', 'sh', '-c', login], String(form))).includes('accessToken');
}
