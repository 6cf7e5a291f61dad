import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Credentials } from '../../src/client/connection.js';
import { fromKubeconfig } from '../../src/client/kubeconfig.js';
import { fields } from '../../src/client/kubeconfig-file.js';
import { readConnection } from '../../src/client/read-connection.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  for (const name of ['ca', 'cert', 'key', 'token']) writeFileSync(join(directory, name), `${name} of file\n`);
  const head = { kind: 'ExecCredential', apiVersion: plugin.apiVersion };
  const credential = JSON.stringify({ ...head, status: { token: 'of plugin' } });
  writeFileSync(join(directory, 'plugin'), `#!/bin/sh\necho '${credential}'\n`, { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };

function write(name: string, content: object): string {
  const path = join(directory, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly top?: object;
}

function file({ cluster, user, context, top }: Parts, name = 'config'): string {
  return write(name, {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } }],
    users: [{ name: 'u', user: { ...user } }],
    ...top,
  });
}

async function connect(parts: Parts): Promise<Connection & Credentials> {
  const connection = await fromKubeconfig(file(parts), {});
  return { ...connection, ...(await connection.credentials(false)) };
}

const problem = (parts: Parts) => connect(parts).then(() => 'none', String);

/** Each field of client-go's types (tools/clientcmd/api/v1/types.go), an example, and what comes of it. */
const honoured: Readonly<Record<keyof typeof fields, Readonly<Record<string, readonly [Parts, object]>>>> = {
  context: {
    cluster: [{}, { server: new URL('https://api.example:6443') }],
    user: [{ user: { token: 'a' } }, { token: 'a' }],
    namespace: [{ context: { namespace: 'shop' } }, { namespace: 'shop' }],
    extensions: [{ context: { extensions: [{ name: 'minikube', extension: {} }] } }, {}],
  },
  cluster: {
    server: [{ cluster: { server: 'http://127.0.0.1:8001/path' } }, { server: new URL('http://127.0.0.1:8001/path') }],
    'tls-server-name': [{ cluster: { 'tls-server-name': 'api' } }, { serverName: 'api' }],
    'insecure-skip-tls-verify': [{ cluster: { 'insecure-skip-tls-verify': true } }, { insecure: true }],
    'certificate-authority': [
      { cluster: { 'certificate-authority': 'ca' } },
      { tls: { ca: Buffer.from('ca of file\n') } },
    ],
    'certificate-authority-data': [
      { cluster: { 'certificate-authority-data': base64('CA') } },
      { tls: { ca: Buffer.from('CA') } },
    ],
    'proxy-url': [{ cluster: { 'proxy-url': 'http://proxy:3128' } }, { proxy: new URL('http://proxy:3128') }],
    'disable-compression': [{ cluster: { 'disable-compression': true } }, {}],
    extensions: [{ cluster: { extensions: [] } }, {}],
  },
  user: {
    'client-certificate': [
      { user: { 'client-certificate': 'cert', 'client-key': 'key' } },
      { tls: { cert: Buffer.from('cert of file\n'), key: Buffer.from('key of file\n') } },
    ],
    'client-certificate-data': [
      { user: { 'client-certificate-data': base64('CERT'), 'client-key': 'key' } },
      { tls: { cert: Buffer.from('CERT') } },
    ],
    'client-key': [
      { user: { 'client-certificate-data': base64('CERT'), 'client-key': 'key' } },
      { tls: { key: Buffer.from('key of file\n') } },
    ],
    'client-key-data': [
      { user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') } },
      { tls: { key: Buffer.from('KEY') } },
    ],
    token: [{ user: { token: 'a' } }, { token: 'a' }],
    tokenFile: [{ user: { token: 'a', tokenFile: 'token' } }, { token: 'token of file' }],
    as: [{ user: { as: 'Zoë' } }, { headers: { 'impersonate-user': Buffer.from('Zoë').toString('latin1') } }],
    'as-uid': [{ user: { as: 'jane', 'as-uid': '7' } }, { headers: { 'impersonate-uid': '7' } }],
    'as-groups': [{ user: { as: 'jane', 'as-groups': ['a', 'b'] } }, { headers: { 'impersonate-group': ['a', 'b'] } }],
    'as-user-extra': [
      { user: { as: 'jane', 'as-user-extra': { 'acme.io/scopes%': ['a', 'b'] } } },
      { headers: { 'impersonate-extra-acme.io%2Fscopes%25': ['a', 'b'] } },
    ],
    username: [{ user: { username: 'me' } }, { headers: { authorization: `Basic ${base64('me:')}` } }],
    password: [{ user: { username: 'me', password: 'p' } }, { headers: { authorization: `Basic ${base64('me:p')}` } }],
    exec: [{ user: { exec: plugin } }, { token: 'of plugin' }],
    extensions: [{ user: { extensions: [] } }, {}],
  },
  exec: Object.fromEntries(
    Object.entries({
      ...plugin,
      args: ['a'],
      env: [{ name: 'A', value: 'b' }],
      installHint: 'h',
      provideClusterInfo: true,
    }).map(([name, value]) => [name, [{ user: { exec: { ...plugin, [name]: value } } }, { token: 'of plugin' }]]),
  ),
};
const refused = ['auth-provider'];

describe.each(Object.entries(honoured))('of a %s', (what, rows) => {
  it('every field is known, and no other', () => {
    const known = Object.keys(fields[what as keyof typeof fields]).filter((name) => !refused.includes(name));
    expect(Object.keys(rows).sort()).toEqual(known.sort());
  });

  it.each(Object.entries(rows))('%s is honoured', async (_, [parts, result]) => {
    expect(await connect(parts)).toMatchObject(result);
  });
});

it.each<[Parts, string]>([
  [{ user: { 'auth-provider': { name: 'gcp' } } }, 'user "u" has another auth-provider than expected: nothing'],
  [{ user: { 'as-group': 'admins' } }, 'user "u" has as-group, which is no field of it'],
  [{ user: { as: 'jane', 'as-groups': 'admins' } }, 'user "u" has another as-groups than expected: a list of texts'],
  [{ user: { 'as-groups': ['admins'] } }, 'without as: give the user to act as'],
  [{ user: { token: 'a', username: 'b' } }, 'has a token and a user name: keep one'],
  [{ user: { 'client-certificate': 'cert' } }, 'has a client certificate without a key'],
  [{ user: { 'client-key-data': '%%%' } }, 'another client-key-data than expected: base64'],
  [{ user: { exec: { ...plugin, command: '' } } }, 'has exec without a command'],
  [{ user: { exec: { ...plugin, apiVersion: 'client.authentication.k8s.io/v1alpha1' } } }, 'exec with an apiVersion'],
  [{ user: { exec: { ...plugin, interactiveMode: 'Always' } } }, 'an exec plugin that always asks'],
  [{ user: { exec: { ...plugin, interactiveMode: undefined } } }, 'an interactiveMode other than Never'],
  [{ user: { exec: { ...plugin, interactiveMode: 'Sometimes' } } }, 'an interactiveMode other than Never'],
  [{ user: { as: ' jane ' } }, 'has blanks around as'],
  [{ top: { kind: 'Pod' } }, 'it is a Pod of v1, and not a Config of v1'],
  [{ top: { apiVersion: 'v9' } }, 'it is a Config of v9, and not a Config of v1'],
  [{ user: { exec: { ...plugin, timeout: 5 } } }, 'exec has timeout, which is no field of it'],
  [{ cluster: { server: '' } }, 'cluster "c" needs a server such as https://10.0.0.1:6443'],
  [{ cluster: { server: 'ftp://a' } }, 'cluster "c" needs a server'],
  [{ cluster: { 'proxy-url': 'socks5://a:1080' } }, 'proxy-url is no proxy that is understood'],
  [{ cluster: { proxy: 'http://a' } }, 'cluster "c" has proxy, which is no field of it'],
  [{ cluster: { 'insecure-skip-tls-verify': 'yes' } }, 'another insecure-skip-tls-verify than expected: true or false'],
  [{ cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca' } }, 'and a certificate authority'],
  [{ context: { user: 'other' } }, 'there is no user "other"'],
  [{ context: { cluster: 'other' } }, 'there is no cluster "other"'],
  [{ top: { 'current-context': 'other' } }, 'there is no context "other"; choose with kubectl config use-context'],
  [{ top: { users: [{ name: 'u' }, { name: 'u' }] } }, 'there are two of user "u"'],
])('%j is refused in words', async (parts, words) => {
  expect(await problem(parts)).toContain(words);
  expect(await problem(parts)).toMatch(/^Error: kubeconfig \//);
});

describe('several files', () => {
  it('are one, in which the first of a name counts, and paths are meant from where they stand', async () => {
    writeFileSync(write('second/marker', {}).replace('marker', 'token'), 'of the second file');
    const first = file({ user: {}, top: { users: [], clusters: [], 'current-context': '' } }, 'first/config');
    const second = file({ user: { tokenFile: 'token' }, cluster: { server: 'https://second' } }, 'second/config');
    const third = file({ user: { token: 'third' }, cluster: { server: 'https://third' } }, 'third/config');
    const missing = join(directory, 'missing');
    const connection = await readConnection({ KUBECONFIG: [missing, first, '', second, third, second].join(':') });
    expect(connection.server.href).toBe('https://second/');
    expect(await connection.credentials(false)).toMatchObject({ token: 'of the second file' });
  });

  it('may be missing, but not all of them', async () => {
    const missing = readConnection({ KUBECONFIG: '/no/a:/no/b' });
    await expect(missing).rejects.toThrow('kubeconfig /no/a, /no/b: no such file');
  });

  it('have to be read, each one', async () => {
    const broken = write('broken', {});
    for (const content of ['{ "token": "secret" ', 'token: "secret\nb: }']) {
      writeFileSync(broken, content);
      const words = await readConnection({ KUBECONFIG: `${file({})}:${broken}` }).catch(String);
      expect(words).toMatch(/broken is neither JSON nor YAML/);
      expect(words).not.toContain('secret');
    }
  });
});

it('takes the proxy of the environment where the kubeconfig has none', async () => {
  const env = { KUBECONFIG: file({}), HTTPS_PROXY: 'http://proxy:3128' };
  expect((await readConnection(env)).proxy?.host).toBe('proxy:3128');
  expect((await readConnection({ ...env, NO_PROXY: '.example' })).proxy).toBeUndefined();
  const own = file({ cluster: { 'proxy-url': 'http://own:3128' } });
  expect((await readConnection({ ...env, KUBECONFIG: own, NO_PROXY: '*' })).proxy?.host).toBe('own:3128');
});

it('gives a plugin the cluster, its authority as data and what extends it for plugins', async () => {
  const print = `#!/bin/sh\nprintf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)"\n`;
  writeFileSync(join(directory, 'prints'), print, { mode: 0o755 });
  const exec = { ...plugin, command: './prints', provideClusterInfo: true };
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
  const { token } = await connect({ user: { exec }, cluster: { 'certificate-authority': 'ca', extensions } });
  expect(JSON.parse(Buffer.from(token!, 'base64').toString()).spec).toEqual({
    interactive: false,
    cluster: {
      server: 'https://api.example:6443',
      'certificate-authority-data': base64('ca of file\n'),
      config: { audience: 'a' },
    },
  });
});

it('runs no plugin where it has credentials', async () => {
  const exec = { ...plugin, command: './missing' };
  expect(await connect({ user: { exec, token: 'a' } })).toMatchObject({ token: 'a' });
});

it('reads a file with a byte order mark, and the first of two documents', async () => {
  const yaml = [
    'current-context: c',
    'contexts: [{ name: c, context: { cluster: c, user: u } }]',
    'clusters: [{ name: c, cluster: { server: "https://api.example:6443" } }]',
    'users: [{ name: u, user: { token: a } }]',
  ].join('\n');
  for (const text of [`\uFEFF${yaml}`, `${yaml}\n---\nkind: Other\n`]) {
    const path = join(directory, 'written');
    writeFileSync(path, text);
    expect(await (await fromKubeconfig(path, {})).credentials(false)).toMatchObject({ token: 'a' });
  }
});

it('takes the token beside a file of a token that is empty', async () => {
  writeFileSync(join(directory, 'empty'), '\n');
  expect(await connect({ user: { tokenFile: 'empty', token: 'a' } })).toMatchObject({ token: 'a' });
});
