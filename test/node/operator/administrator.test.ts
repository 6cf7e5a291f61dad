import { expect } from 'vitest';
import { testWithOperator } from './operated-cluster.js';
import { logsIn, nacos, soon } from './servers.js';

const test = testWithOperator(1);
const spec = nacos('2.3.2', { volume: { enabled: true }, certification: { enabled: true } });

test('a password that real Nacos 2.3.2 does not take is in the status, and mended in the Secret', async ({
  operated,
}) => {
  await operated.apply('one', spec);
  await operated.running('one');
  const known = await operated.secret('one-auth', 'administratorPassword');
  const write = (stringData: object) =>
    operated.kubectl(['patch', 'secret', 'one-auth', '-p', JSON.stringify({ stringData })]);
  const reason = async () =>
    (await operated.nacos('one')).status?.conditions?.find(({ type }) => type === 'AuthReady')?.reason;
  const phase = async () => (await operated.nacos('one')).status?.phase;

  await write({ administratorPassword: 'wrong', currentAdministratorPassword: 'wrong' });
  await expect.poll(reason, soon).toBe('PasswordUnknown');
  expect(await phase()).toBe('Failed');
  await write({ administratorPassword: known });
  await expect.poll(reason, soon).toBe('AdministratorSet');
  await operated.running('one');
  expect(await operated.secret('one-auth', 'currentAdministratorPassword')).toBe(known);

  await operated.kubectl(['delete', 'nacos', 'one']);
  const pods = () => operated.kubectl(['get', 'pods', '-l', 'app=one', '-o', 'name']);
  await expect.poll(pods, soon).toBe('');
  await operated.apply('one', spec);
  await operated.running('one');
  expect(await operated.secret('one-auth', 'administratorPassword')).toBe(known);
  expect(await logsIn(operated, 'one-0', known)).toBe(true);
});
