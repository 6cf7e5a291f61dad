import { expect } from 'vitest';
import { testWithOperator } from './operated-cluster.js';
import { keys, logsIn, long, nacos, soon, threeMembers } from './servers.js';

const test = testWithOperator(3);
/** Whatever the server does, its pod looks ready while it listens. */
const listening = { tcpSocket: { port: 8848 }, periodSeconds: 1 };
const withoutVolume = { readinessProbe: listening, livenessProbe: listening };

test.beforeAll(async ({ operated }) => {
  const secured = { volume: { enabled: true }, certification: { enabled: true } };
  await operated.apply('members', nacos('2.3.2', { ...threeMembers, ...secured }));
  await operated.apply('without-volume', nacos('2.3.2', withoutVolume));
});

test('real Nacos 2.3.2, standalone and three members, on the embedded database come up together', async ({
  operated,
}) => {
  await operated.running('members', 'without-volume');
  const row = () => operated.row('members');
  await expect.poll(row, { timeout: 60_000 }).toEqual(['members', '3', 'Running', 'cluster', 'embedded', '2.3.2']);
  const { status } = await operated.nacos('members');
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

test('generated keys are what the servers take, and stand in no log and no event', async ({ operated }) => {
  const administrator = await operated.secret('members-auth', 'administratorPassword');
  expect(await logsIn(operated, 'members-2', 'nacos')).toBe(false);
  expect(await logsIn(operated, 'members-2', administrator)).toBe(true);
  const said = await operated.said();
  expect(said).toContain('SetAdministrator');
  const values = ['token', 'identityValue', 'administratorPassword'];
  const generated = await Promise.all(values.map((key) => operated.secret('members-auth', key)));
  for (const value of generated) expect(said).not.toContain(value);
});

test('another password in the Secret becomes the one that servers take', async ({ operated }) => {
  const before = await operated.secret('members-auth', 'administratorPassword');
  const patch = JSON.stringify({ stringData: { administratorPassword: 'another password' } });
  await operated.kubectl(['patch', 'secret', 'members-auth', '-p', patch]);
  const login = (password: string) => logsIn(operated, 'members-1', password);
  await expect.poll(() => login('another password'), soon).toBe(true);
  expect(await login(before)).toBe(false);
  expect(await operated.said()).not.toContain('another password');
});

test('what applications registered and published outlives the loss of a pod, where there is a volume', async ({
  operated,
}) => {
  await operated.startClient('of-members', 'members-client', { publish: 'of members', passwordIn: 'members-auth' });
  await operated.startClient('of-without-volume', 'without-volume', { publish: 'of one' });
  await operated.clientSees('of-members', 'of members');
  await operated.clientSees('of-without-volume', 'of one');
  await Promise.all(['members-1', 'without-volume-0'].map((pod) => operated.replacePod(pod)));
  await operated.clientSees('of-members', 'of members');
  // Its client is back by itself; what it published went with the pod.
  await operated.clientSees('of-without-volume', 'null');
  await operated.running('members', 'without-volume');
});

test('another token and identity reach real members one at a time, and applications that log in again find what they left', {
  timeout: 900_000,
}, async ({ operated }) => {
  const members = [0, 1, 2].map((ordinal) => `members-${ordinal}`);
  const uids = () => Promise.all(members.map(async (name) => (await operated.pod(name)).metadata?.uid));
  const before = await uids();
  const stringData = { ...keys, identityKey: 'another-identity' };
  await operated.kubectl(['patch', 'secret', 'members-auth', '-p', JSON.stringify({ stringData })]);
  const left = async () => (await uids().catch(() => before)).filter((uid) => before.includes(uid));
  await expect.poll(left, { timeout: 700_000, interval: 1000 }).toEqual([]);
  await operated.running('members');
  const { status } = await operated.nacos('members');
  expect(status?.members?.map(({ state }) => state)).toEqual(['UP', 'UP', 'UP']);
  for (const member of members) expect(await logsIn(operated, member, 'another password')).toBe(true);
  await operated.kubectl(['delete', 'pod', 'of-members']);
  await operated.startClient('again', 'members-client', { passwordIn: 'members-auth' });
  await operated.clientSees('again', 'of members');
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
  expect(await operated.phase('without-volume')).toBe('Degraded');
  process.kill(server, 'SIGCONT');
  await operated.running('without-volume');
});

test('function_mode and config are what a real server does, once they are changed', async ({ operated }) => {
  const changed = { ...withoutVolume, function_mode: 'naming', config: 'nacos.console.ui.enabled=false' };
  await operated.running('without-volume');
  await operated.apply('without-volume', nacos('2.3.2', changed));
  // Its pod has the only copy, which goes with consent to what the StatefulSet is by then.
  const generation = () =>
    operated.kubectl(['get', 'statefulset', 'without-volume', '-o', 'jsonpath={.metadata.uid}/{.metadata.generation}']);
  const asked = async () =>
    (await operated.condition('without-volume', 'DataKept'))?.message?.includes(`=${await generation()}`);
  await expect.poll(asked, soon).toBe(true);
  const consent = `nacos.io/accept-data-loss=${await generation()}`;
  await operated.kubectl(['annotate', 'nacos', 'without-volume', '--overwrite', consent]);
  const ask = (path: string) => {
    const request = ['curl', '-s', '-w', '\\n%{http_code}', `http://127.0.0.1:8848/nacos/v1/${path}`];
    return operated.kubectl(['exec', 'without-volume-0', '--', ...request]);
  };
  const state = async () => JSON.parse((await ask('console/server/state')).split('\n')[0] ?? '');
  await expect
    .poll(() => state().catch(String), long)
    .toMatchObject({ function_mode: 'naming', console_ui_enabled: 'false' });
  expect(await ask('ns/instance/list?serviceName=greeter')).toMatch(/200$/);
  expect(await ask('cs/configs?dataId=greeting&group=DEFAULT_GROUP')).toMatch(/404$/);
});
