import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Archive } from '../../lib/data/archive/read.js';
import { compareData } from '../../lib/data/compare.js';
import { exportData } from '../../lib/data/export.js';
import { settle } from '../../lib/data/follow.js';
import { noPasswords, PasswordFile } from '../../lib/data/passwords.js';
import { type Policy, planOf } from '../../lib/data/plan.js';
import { LiveNacos } from '../../lib/data/server/live.js';
import type { Source } from '../../lib/data/source.js';
import { Transfer } from '../../lib/data/transfer.js';
import { loopbackAddress } from '../nacos/loopback.js';
import { StandIn } from '../nacos/stand-in.js';

const versions = ['2.0.4', '2.3.2', '3.0.3'] as const;
type Version = (typeof versions)[number];

const folder = mkdtempSync(join(tmpdir(), 'nacos-live-'));
afterAll(() => rmSync(folder, { recursive: true }));
const silent = () => undefined;
const password = 'the-password';
const never = new AbortController().signal;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function server(which: 1 | 2 | 3, version: Version) {
  const address = loopbackAddress(which);
  const standIn = await new StandIn({ version, password }).listen(address);
  open.push(standIn);
  return { standIn, url: `http://${address}:8848/nacos` };
}

async function connected(url: string, passwords = noPasswords): Promise<LiveNacos> {
  const nacos = await LiveNacos.connect({ url, login: { username: 'nacos', password } }, never, passwords);
  open.push(nacos);
  return nacos;
}

function fill({ data }: StandIn, version: Version): void {
  const isV3 = version.startsWith('3');
  data.namespaces.set('dev', { name: 'Development', description: 'of the first team' });
  data.users.set('ann', 'hidden');
  data.roles.push({ role: 'reader', username: 'ann' });
  for (const resource of ['dev:*:*', isV3 ? 'public:*:*' : ':*:*', 'dev:G:config/a'])
    data.permissions.push({ role: 'reader', resource, action: 'r' });
  const publicNamespace = isV3 ? 'public' : '';
  const fields = { desc: 'what it is', configTags: 'b,a', appName: 'shop', author: 'ann' };
  data.configurations.set('dev/G/a.yaml', { id: '1', content: 'a: "1" & 二\r\n😀%+#', type: 'yaml', ...fields });
  const beta = { content: 'for some', betaIps: '10.0.0.1,10.0.0.2' };
  data.configurations.set(`${publicNamespace}/G/b`, { id: '2', content: 'x'.repeat(100_000), type: 'text', beta });
  for (let i = 0; i < 230; i++)
    data.configurations.set(`dev/many/${i}`, { id: `m${i}`, content: `number ${i}`, type: 'text' });
}

async function moved(source: Source, target: LiveNacos, policy: Policy = 'abort') {
  const work = new Transfer(source, target, await planOf(source, target, silent), policy, silent);
  const rounds = await settle(work);
  return { left: rounds.flatMap(({ left }) => left), wrong: await work.check() };
}

const pairs = versions.flatMap((from, i) => [
  [from, from] as const,
  [from, versions[(i + 1) % versions.length]!] as const,
]);

it.each(pairs)('all fields of all kinds come through an archive from %s to %s', async (from, to) => {
  const [old, young] = [await server(1, from), await server(2, to)];
  fill(old.standIn, from);
  const file = join(folder, `${from}-${to}.tar`);
  const source = await connected(old.url);
  const { manifest } = await exportData(source, file, silent);
  expect(manifest.counts).toEqual({ namespace: 1, user: 1, role: 1, permission: 3, configuration: 232, service: 0 });
  const target = await connected(young.url, await PasswordFile.open(`${file}.passwords`));
  const archive = await Archive.open(file);
  expect(await moved(archive, target)).toEqual({ left: [], wrong: [] });
  const equal = { onlyLeft: [], onlyRight: [], different: [] };
  expect(await compareData(archive, target, silent)).toMatchObject(equal);
  expect(await compareData(source, target, silent)).toMatchObject(equal);
  const content = young.standIn.data.configurations.get('dev/G/a.yaml');
  expect(content).toMatchObject({ content: 'a: "1" & 二\r\n😀%+#', desc: 'what it is', configTags: 'a,b' });
  expect(content).toMatchObject({ type: 'yaml', appName: 'shop', author: 'ann' });
});

it('gives users that it creates the passwords of a file, which it makes for its owner alone', async () => {
  const [old, young] = [await server(1, '2.3.2'), await server(2, '2.3.2')];
  fill(old.standIn, '2.3.2');
  const source = await connected(old.url);
  expect((await moved(source, await connected(young.url))).left).toEqual([
    { name: 'user ann', why: expect.stringContaining('--passwords') },
    { name: 'role reader/ann', why: 'user ann is not there' },
    ...Array.from({ length: 3 }, () => ({ name: expect.any(String), why: 'no user has role reader' })),
  ]);
  const file = join(folder, 'passwords');
  await moved(source, await connected(young.url, await PasswordFile.open(file)), 'skip');
  const line = JSON.parse(readFileSync(file, 'utf8')) as { username: string; password: string };
  expect(line.username).toBe('ann');
  expect(young.standIn.data.users.get('ann')).toBe(line.password);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('says what a server refuses or cannot have, and never repeats a content or a password', async () => {
  const { standIn, url } = await server(1, '2.3.2');
  standIn.data.configurations.set('/G/blank', { id: '1', content: ' \n', type: 'text' });
  const target = await server(2, '2.3.2');
  const { left } = await moved(await connected(url), await connected(target.url));
  expect(left).toEqual([
    { name: 'configuration public/G/blank', why: expect.stringContaining('empty or white space') },
  ]);
  const wrong = { url, login: { username: 'nacos', password: 'secret-of-the-test' } };
  const refusal = await LiveNacos.connect(wrong, never, noPasswords).catch(String);
  expect(refusal).toContain('does not take the password of user nacos');
  expect(refusal).not.toContain('secret-of-the-test');
  expect([...standIn.urls, ...target.standIn.urls].join()).not.toContain(password);
  await expect(LiveNacos.connect({ url: url.replace('//', '//a:b@') }, never, noPasswords)).rejects.toThrow(
    '--username',
  );
});

it('refuses a content that does not fit the MD5 that the server has of it', async () => {
  const { standIn, url } = await server(1, '3.0.3');
  standIn.data.configurations.set('public/G/torn', { id: '1', content: 'half', type: 'text', md5: 'of-the-whole' });
  const exported = exportData(await connected(url), join(folder, 'torn.tar'), silent);
  await expect(exported).rejects.toThrow('configuration public/G/torn: the content does not fit the MD5');
});
