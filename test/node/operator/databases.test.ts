import { expect } from 'vitest';
import { database } from '../manifests.js';
import { testWithOperator } from './operated-cluster.js';
import { endpoints, keys, logsIn, long, nacos, secret, soon, threeMembers } from './servers.js';

const test = testWithOperator(3);
const password = "it's a \\ secret";
const onMysql = { type: 'mysql', mysqlHost: 'mysql', credentialsSecret: { name: 'mysql-login' } };

test.beforeAll(async ({ operated }) => {
  await operated.nodes.apply(
    secret('mysql-login', { username: 'root', password }),
    secret('own-keys', keys),
    ...database('mysql', 'mysql:9', password),
  );
  await operated.apply('members', nacos('2.3.2', { ...threeMembers, database: onMysql }));
  const certification = { enabled: true, secretName: 'own-keys' };
  await operated.apply('one', nacos('2.0.4', { database: { ...onMysql, mysqlDb: 'another-one' }, certification }));
});

test('clients are let in when the administrator has a password, not before', async ({ operated }) => {
  const condition = () => operated.condition('one', 'AuthReady');
  await expect.poll(async () => (await condition())?.reason, long).toBe('PasswordMissing');
  await operated.nodes.podReady('one-0', 300);
  expect((await condition())?.message).toContain('Secret own-keys has no key administratorPassword; add it');
  expect(await endpoints(operated, 'one')).toEqual([]);
  expect(await logsIn(operated, 'one-0', 'nacos')).toBe(true);

  await operated.nodes.apply(secret('own-keys', { ...keys, administratorPassword: 'chosen by hand' }));
  await operated.running('one');
  await expect.poll(() => endpoints(operated, 'one'), soon).toHaveLength(1);
  expect(await logsIn(operated, 'one-0', 'nacos')).toBe(false);
  expect(await logsIn(operated, 'one-0', 'chosen by hand')).toBe(true);
  const said = await operated.said();
  for (const value of [...Object.values(keys), 'chosen by hand', password]) expect(said).not.toContain(value);
});

test('real Nacos 2.3.2, three members, and 2.0.4 on MySQL keep what applications registered and published when a pod is lost', async ({
  operated,
}) => {
  await operated.running('members', 'one');
  await operated.startClient('of-members', 'members-client', { publish: 'of members' });
  await operated.startClient('of-one', 'one', { publish: 'of one', passwordIn: 'own-keys' });
  await operated.clientSees('of-members', 'of members');
  await operated.clientSees('of-one', 'of one');
  await Promise.all(['members-2', 'one-0'].map((pod) => operated.replacePod(pod)));
  await operated.clientSees('of-members', 'of members');
  await operated.clientSees('of-one', 'of one');
  await operated.running('members', 'one');
});

test('a database that is lost is named with what to do, and all is well again when it is back', async ({
  operated,
}) => {
  await operated.kubectl(['delete', 'pod', 'mysql']);
  await expect
    .poll(() => operated.condition('members', 'Ready'), long)
    .toMatchObject({ status: 'False', reason: 'NotReady', message: expect.stringContaining('database mysql:3306') });
  const restarts = async () => (await operated.pod('members-0')).status?.containerStatuses?.[0]?.restartCount;
  const before = await restarts();
  await operated.nodes.apply(...database('mysql', 'mysql:9', password));
  await operated.running('members', 'one');
  await operated.clientSees('of-members', 'of members');
  expect(await restarts()).toBe(before);
});
