import { afterEach, beforeEach, expect, it } from 'vitest';
import { Logins } from '../../../lib/operate/administrator/logins.js';
import { profileOf } from '../../../lib/server/profiles.js';
import { parseVersion } from '../../../lib/server/version.js';
import { loopbackAddress } from '../../nacos/loopback.js';
import { StandIn } from '../../nacos/stand-in.js';
import { credentials, up } from '../world.js';

const signal = new AbortController().signal;
const minute = 60_000;
let standIn: StandIn;
let logins: Logins;

beforeEach(async () => {
  standIn = await new StandIn({ version: '2.3.2', password: 'secret-password' }).listen(loopbackAddress(1));
  logins = new Logins();
});
afterEach(() => standIn.close());

function look(at: number, passwords = {}, members = [up(0)]) {
  const { api } = profileOf(parseVersion('2.3.2')!);
  const server = { address: loopbackAddress(1), contextPath: '/nacos', api };
  const about = { members, at, credentials: { ...credentials, ...passwords } };
  return logins.look({ namespace: 'shop', name: 'n' }, about, () => server, signal);
}

/** Attempts to log in during a look. */
async function attempts(...how: Parameters<typeof look>): Promise<number> {
  const before = standIn.asked.length;
  await look(...how);
  return standIn.asked.length - before;
}

it('at rest no password is tried; every ten minutes one is', async () => {
  expect(await look(0)).toMatchObject({ takes: 'wanted' });
  expect(await attempts(5 * minute)).toBe(0);
  expect(await attempts(11 * minute)).toBe(1);
});

it.each([
  ['another password in the Secret', { administratorPassword: 'other' }, [up(0)]],
  ['another password that was recorded', { currentAdministratorPassword: 'other' }, [up(0)]],
  ['a server that was started again', {}, [{ ...up(0), since: 1 }]],
])('is tried at once after %s', async (_what, passwords, members) => {
  await look(0);
  expect(await attempts(1, passwords, members)).toBeGreaterThan(0);
});

it('a refusal is heard again soon, without a storm of attempts', async () => {
  const wrong = { administratorPassword: 'wrong', currentAdministratorPassword: 'wrong' };
  expect(await look(0, wrong)).toMatchObject({ takes: 'none' });
  expect(await attempts(minute / 10, wrong)).toBe(0);
  expect(await look(minute, { ...wrong, administratorPassword: 'secret-password' })).toMatchObject({ takes: 'wanted' });
});

it('a refusal is not believed while servers may still have the former password in a cache', async () => {
  await look(0, { administratorPassword: 'new' });
  const changed = { administratorPassword: 'new', currentAdministratorPassword: 'new' };
  expect(await look(1000, changed)).toBeUndefined();
  expect(await look(minute, changed)).toMatchObject({ takes: 'none' });
});
