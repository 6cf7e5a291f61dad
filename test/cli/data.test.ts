import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loopbackAddress } from '../nacos/loopback.js';
import { StandIn } from '../nacos/stand-in.js';
import { commandLine } from './program.js';

const program = resolve(join(commandLine().folder, 'main.js'));
const folder = mkdtempSync(join(tmpdir(), 'nacos-data-'));
afterAll(() => rmSync(folder, { recursive: true }));
const password = 'password-of-the-test';
const running: StandIn[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function server(which: 1 | 2, configurations: Readonly<Record<string, string>> = {}) {
  const address = loopbackAddress(which);
  const standIn = await new StandIn({ version: '2.3.2', password }).listen(address);
  running.push(standIn);
  for (const [key, content] of Object.entries(configurations))
    standIn.data.configurations.set(key, { id: key, content, type: 'text' });
  return { standIn, url: `http://${address}:8848/nacos` };
}

/** Not synchronous, as the stand-ins are in this process. */
async function data(args: readonly string[], { input = '', env = {} as NodeJS.ProcessEnv, onOutput = () => {} } = {}) {
  const child = spawn(process.execPath, [program, 'data', ...args], { env: { PATH: process.env.PATH, ...env } });
  child.stdin.end(input);
  child.stdout.once('data', () => onOutput());
  const kill = (signal: NodeJS.Signals) => child.kill(signal);
  stop = () => kill('SIGINT');
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

let stop = () => {};
const login = { env: { NACOS_PASSWORD: password } };

describe('cdk8s-nacos data', () => {
  it('exports, verifies, imports and compares, with a password from a variable, a file or standard input', async () => {
    const [old, young] = [await server(1, { '/G/a': 'content of a' }), await server(2)];
    const file = join(folder, 'whole.tar');
    const exported = await data(['export', old.url, file, '-o', 'json'], login);
    expect(exported).toMatchObject({ status: 0, stderr: '' });
    const { digest, counts } = JSON.parse(exported.stdout) as { digest: string; counts: object };
    expect(counts).toMatchObject({ configuration: 1 });
    expect(await data(['verify', file, '--digest', digest])).toMatchObject({ status: 0 });

    const dry = await data(['import', file, young.url, '--dry-run', '--password-file', '-'], {
      input: `${password}\n`,
    });
    expect(dry).toEqual({
      status: 0,
      stdout: '+ configuration public/G/a\n1 to create, 0 differ, 0 equal, 0 in the target only\n',
      stderr: '',
    });
    expect(young.standIn.data.configurations.size).toBe(0);

    writeFileSync(join(folder, 'password'), `${password}\n`);
    const imported = await data(['import', file, young.url, '--password-file', join(folder, 'password')]);
    expect(imported).toMatchObject({ status: 0, stdout: expect.stringMatching(/^1 written, 0 were equal; all/) });
    expect(young.standIn.data.configurations.get('/G/a')?.content).toBe('content of a');
    expect(await data(['diff', old.url, young.url], login)).toMatchObject({ status: 0, stdout: 'equal: 1 items\n' });
    young.standIn.data.configurations.set('/G/b', { id: 'b', content: 'more', type: 'text' });
    expect(await data(['diff', file, young.url], login)).toEqual({
      status: 1,
      stdout: '+ configuration public/G/b\n1 differ, 1 are equal\n',
      stderr: '',
    });
  });

  it('writes nothing of an altered archive, nor into a target that is not empty, and says what to do', async () => {
    const [old, young] = [await server(1, { '/G/a': 'content of a' }), await server(2, { '/G/a': 'another' })];
    const file = join(folder, 'altered.tar');
    await data(['export', old.url, file], login);
    expect(await data(['import', file, young.url], login)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^cdk8s-nacos: the target is not empty: .*Nothing was written; --policy skip/),
    });
    writeFileSync(file, readFileSync(file, 'latin1').replace('content of a', 'content of b'), 'latin1');
    expect(await data(['import', file, young.url, '--policy', 'overwrite'], login)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^cdk8s-nacos: .*altered.tar is refused: configurations\/00001.jsonl is not what/),
    });
    expect(young.standIn.data.configurations.get('/G/a')?.content).toBe('another');
    expect(young.standIn.asked.filter((one) => /^(POST|PUT|DELETE) /.test(one) && !one.endsWith('/login'))).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a wrong password', ['export', 'URL', 'x.tar'], /does not take the password of user nacos\n$/],
    [
      'a user without a password',
      ['export', 'URL', 'x.tar', '--username', 'ann'],
      /set NACOS_PASSWORD or --password-file/,
    ],
    [
      'a login in the address',
      ['export', 'http://nacos:secret@127.0.0.1:1', 'x.tar'],
      /must have no login in it; use --user/,
    ],
    [
      'no server there',
      ['export', 'http://127.0.0.1:1/nacos', 'x.tar'],
      /cannot be reached: ECONNREFUSED; Nacos listens on/,
    ],
    ['no archive', ['verify', 'nowhere.tar'], /nowhere.tar cannot be read: ENOENT/],
    ['another order', ['import', 'URL', 'x.tar'], /cannot be read|a server is given as/],
  ])('says in one line what is wrong with %s', async (what, args, message) => {
    const { url } = await server(1);
    const wrong = { NACOS_PASSWORD: 'secret-of-another' };
    const env = what.startsWith('a user') ? {} : wrong;
    const { status, stdout, stderr } = await data(
      args.map((arg) => arg.replace('URL', url)),
      { env },
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/secret|\n.*\n/);
  });

  it('follows with all that was written before Ctrl-C', async () => {
    const [old, young] = [await server(1, { '/G/a': 'content of a' }), await server(2)];
    const { status, stdout } = await data(['copy', old.url, young.url, '--follow', '--interval', '0.1'], {
      ...login,
      onOutput: () => {
        old.standIn.data.configurations.set('/G/late', { id: 'late', content: 'the last one', type: 'text' });
        stop();
      },
    });
    expect(young.standIn.data.configurations.get('/G/late')?.content).toBe('the last one');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/lag \d+\.\d s: .*\n2 written, 0 were equal; all/s)]);
  });
});
