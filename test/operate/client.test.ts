import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { askServer, changePassword, createAdministrator, findPassword, type Server } from '../../lib/server/client.js';
import { profileOf } from '../../lib/server/profiles.js';
import { parseVersion } from '../../lib/server/version.js';
import { loopbackAddress } from '../nacos/loopback.js';
import { recording, StandIn, type StandInOptions } from '../nacos/stand-in.js';

const address = loopbackAddress(1);
const signal = new AbortController().signal;
const right = { key: 'record-key', value: 'record-value' };
let standIn: StandIn | undefined;

afterEach(() => standIn?.close());

async function server(options: StandInOptions, identity = right): Promise<Server> {
  standIn = await new StandIn(options).listen(address);
  const { api } = profileOf(parseVersion(options.version)!);
  return { address, contextPath: '/nacos', api, identity };
}

const versions = (['2.0.4', '2.3.2', '3.0.3'] as const).filter(
  (version) => recording(version).situations['standalone, authentication on'],
);

describe.each(versions)('Nacos %s', (version) => {
  it('says its version, its state and which member leads', async () => {
    const facts = await askServer(await server({ version }), signal);
    expect(facts).toMatchObject({ reachable: true, version, state: 'UP', refused: false });
    expect(facts.reachable && Object.values(facts.leaders)).toContain(facts.reachable && facts.raftAddress);
  });

  it('has no administrator until one is set, and then takes no other password', async () => {
    const of = await server({ version });
    const missing = await askServer(of, signal);
    const none = version === '3.0.3' ? 'none' : 'default';
    expect(await findPassword(of, { wanted: 'chosen-password' }, signal)).toBe(none);
    expect(missing).toMatchObject(version === '3.0.3' ? { administratorMissing: true } : { reachable: true });
    await createAdministrator(of, 'chosen-password', signal);
    expect(standIn?.password).toBe('chosen-password');
    expect(await findPassword(of, { wanted: 'chosen-password' }, signal)).toBe('wanted');
    expect(await findPassword(of, { wanted: 'x', current: 'chosen-password' }, signal)).toBe('current');
    expect(await findPassword(of, { wanted: 'x', current: 'y' }, signal)).toBe('none');
    await expect(createAdministrator(of, 'other', signal)).rejects.toThrow('has an administrator already');
  });

  it('shows passwords in no URL', async () => {
    const of = await server({ version, password: 'one' });
    await findPassword(of, { wanted: 'two', current: 'one' }, signal);
    expect(standIn?.urls.join()).not.toMatch(/one|two/);
  });
});

it('a password of the Secret that is the one of every new server is taken for wanted, and not changed', async () => {
  const of = await server({ version: '2.3.2' });
  expect(await findPassword(of, { wanted: 'nacos' }, signal)).toBe('wanted');
});

it('a server that cannot look up users says nothing of a password', async () => {
  const of = await server({ version: '3.0.3', password: 'one' });
  standIn!.broken = true;
  expect(await findPassword(of, { wanted: 'one' }, signal)).toBeUndefined();
});

describe.each(['2.0.4', '2.3.2'] as const)('Nacos %s', (version) => {
  it('has the password that it is changed to, also where that is repeated', async () => {
    const of = await server({ version, password: 'one' });
    for (const _ of [1, 2]) {
      await changePassword(of, 'one', 'another', signal);
      expect(standIn?.password).toBe('another');
    }
    await expect(changePassword(of, 'wrong', 'third', signal)).rejects.toThrow(
      "takes neither the administrator's new password nor the one before",
    );
  });
});

it('2.3.2 does not take another identity once clients must log in', async () => {
  const facts = await askServer(await server({ version: '2.3.2' }, { key: 'record-key', value: 'x' }), signal);
  expect(facts).toMatchObject({ reachable: true, refused: true });
});

it('members that a server hands nothing on to are those that it takes for neither up nor suspicious', async () => {
  const { api } = profileOf(parseVersion('2.3.2')!);
  const members = ['UP', 'SUSPICIOUS', 'DOWN'].map((state) => ({ address: `${state.toLowerCase()}:8848`, state }));
  const answer = (url = '') => (url.endsWith(api.members) ? { code: 200, data: members } : {});
  const plain = createServer(({ url }, response) => response.end(JSON.stringify(answer(url))));
  await new Promise<void>((resolve) => plain.listen(8848, address, resolve));
  try {
    const facts = await askServer({ address, contextPath: '/nacos', api }, signal);
    expect(facts).toMatchObject({ list: members.map((one) => one.address), down: { 'down:8848': 'DOWN' } });
  } finally {
    plain.closeAllConnections();
    plain.close();
  }
});

it('a server that hangs is unreachable after 5 s', { timeout: 20_000 }, async () => {
  const of = await server({ version: '2.3.2' });
  standIn!.hung = true;
  expect(await askServer(of, signal)).toEqual({ reachable: false, reason: 'no answer within 5 s' });
});

it('no server at the address is a fact', async () => {
  const { api } = profileOf(parseVersion('2.3.2')!);
  const facts = await askServer({ address: loopbackAddress(2), contextPath: '/nacos', api }, signal);
  expect(facts).toEqual({ reachable: false, reason: 'connection refused' });
});

it('a server of another line says so, and what to set', async () => {
  const of = await server({ version: '2.3.2' });
  const { api } = profileOf(parseVersion('3.0.3')!);
  const facts = await askServer({ ...of, api }, signal);
  expect(facts).toMatchObject({ reachable: false, reason: expect.stringContaining('set spec.version') });
});

it('an identity that cannot be a header is reported without showing it', async () => {
  const of = await server({ version: '2.3.2' }, { key: 'record-key', value: 'hidden\n' });
  const facts = await askServer(of, signal);
  expect(facts).toMatchObject({
    reachable: false,
    reason: expect.stringContaining('is there a line break at its end?'),
  });
  expect(JSON.stringify(facts)).not.toContain('hidden');
});
