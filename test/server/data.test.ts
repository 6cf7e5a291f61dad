import { afterEach, describe, expect, it } from 'vitest';
import { ServerData } from '../../lib/server/data.js';
import { profileOf } from '../../lib/server/profiles.js';
import { parseVersion } from '../../lib/server/version.js';
import { loopbackAddress } from '../nacos/loopback.js';
import { StandIn, type StandInOptions } from '../nacos/stand-in.js';

const address = loopbackAddress(3);
const identity = { key: 'record-key', value: 'record-value' };
let standIn: StandIn | undefined;

afterEach(() => standIn?.close());

async function dataOf(version: StandInOptions['version'], shown = identity): Promise<ServerData> {
  standIn = await new StandIn({ version }).listen(address);
  const { api } = profileOf(parseVersion(version)!);
  return new ServerData({ address, contextPath: '/nacos', api, identity: shown }, new AbortController().signal);
}

describe.each(['2.0.4', '2.3.2', '3.0.3'] as const)('Nacos %s', (version) => {
  it('has a namespace once it is created, and another name once it is changed', async () => {
    const data = await dataOf(version);
    await data.createNamespace({ id: 'dev', name: 'Dev' });
    expect((await data.namespaces()).map(({ id, name }) => [id, name])).toEqual([
      ['public', 'public'],
      ['dev', 'Dev'],
    ]);
    await data.changeNamespace({ id: 'dev', name: 'Development' });
    expect((await data.namespaces())[1]).toMatchObject({ id: 'dev', name: 'Development' });
  });

  it('has users, their roles and what those may do', async () => {
    const data = await dataOf(version);
    await data.createUser('ann', 'ann-password');
    await data.addRole('reader', 'ann');
    for (const namespace of ['dev', 'public']) await data.addPermission({ role: 'reader', namespace, action: 'r' });
    expect(await data.users()).toContain('ann');
    expect(await data.roles()).toContainEqual({ role: 'reader', username: 'ann' });
    expect(await data.permissions()).toEqual([
      { role: 'reader', namespace: 'dev', action: 'r' },
      { role: 'reader', namespace: 'public', action: 'r' },
    ]);
  });

  it.each(['dev', 'public'])('has a configuration in namespace %s once it is published', async (namespace) => {
    const data = await dataOf(version);
    const id = { namespace, group: 'G', dataId: 'a.yaml' };
    expect(await data.content(id)).toBeUndefined();
    await data.publish({ ...id, content: 'a: "1" & 二\n', type: 'yaml' });
    expect(await data.content(id)).toBe('a: "1" & 二\n');
    // Without an author, servers of 3.0 stop to look for changes.
    expect([...standIn!.data.configurations.values()]).toMatchObject([{ author: 'nacos-operator' }]);
  });

  it('counts the configurations of namespace public, and no others', async () => {
    const data = await dataOf(version);
    expect(await data.publicConfigurations()).toBe(0);
    for (const [namespace, dataId] of [
      ['public', 'a'],
      ['public', 'b'],
      ['dev', 'c'],
    ] as const)
      await data.publish({ namespace, group: 'G', dataId, content: 'x', type: 'text' });
    expect(await data.publicConfigurations()).toBe(2);
  });

  it('says what it did not do, without what is secret', async () => {
    const data = await dataOf(version);
    await data.createUser('ann', 'ann-password');
    const again = data.createUser('ann', 'ann-password');
    await expect(again).rejects.toThrow(/did not create user ann: HTTP (200|400)/);
    await expect(again).rejects.not.toThrow('ann-password');
    await expect(data.addRole('reader', 'nobody')).rejects.toThrow('did not give role reader to nobody');
    await data.createNamespace({ id: 'dev', name: 'Dev' });
    await expect(data.createNamespace({ id: 'dev', name: 'Dev' })).rejects.toThrow('did not create namespace dev');
  });

  it('takes nothing from who does not belong to it', async () => {
    const data = await dataOf(version, { key: 'record-key', value: 'wrong' });
    await expect(
      data.publish({ namespace: 'dev', group: 'G', dataId: 'a', content: 'x', type: 'text' }),
    ).rejects.toThrow();
    expect(standIn?.data.configurations.size).toBe(0);
  });
});
