import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { FaultyProxy } from 'cdk8s-reconciler/testing';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { readKubeconfig } from '../../../test/cluster/kubeconfig.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Client } from '../../src/client/client.js';
import { readConnection } from '../../src/client/read-connection.js';
import { startProxy } from '../client/proxy.js';
import { administratorToken } from './administrator.js';

interface Review {
  readonly status: { readonly userInfo: { readonly username: string; readonly extra?: object } };
}

type Env = Readonly<Record<string, string>>;

async function asClient(env: Env): Promise<unknown> {
  const client = new Client(await readConnection(env), 'test');
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const review = client.request<Review>('POST', path, { body });
  return review.finally(() => client.close()).then(userIn);
}

async function asKubectl({ controlPlane }: TestCluster, env: Env): Promise<unknown> {
  const running = promisify(execFile)(controlPlane.kubectl, ['auth', 'whoami', '--output=json'], {
    env: { PATH: process.env.PATH, ...env },
    timeout: 60_000,
  });
  // It would ask for a name and a password.
  running.child.stdin?.end();
  return running.then(
    ({ stdout }) => userIn(JSON.parse(stdout)),
    () => 'refused',
  );
}

function userIn({ status: { userInfo } }: Review): object {
  return userInfo;
}

/** Files in a folder of their own; `token` of a service account that may do everything, and of another one. */
async function world(cluster: TestCluster) {
  const { controlPlane, namespace } = cluster;
  const directory = mkdtempSync(join(controlPlane.directory, 'connections-'));
  const admin = readKubeconfig(cluster.kubeconfig);
  const [{ cluster: there }] = admin.clusters;
  const token = await administratorToken(cluster);
  const other = readKubeconfig(await controlPlane.serviceAccountKubeconfig(namespace, 'default')).users[0].user.token;
  const write = (name: string, content: unknown, mode?: number) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(directory, name), text, { mode });
    return join(directory, name);
  };
  /** A kubeconfig with that user, or cluster. */
  const config = (user: object = { token }, more: object = {}, name = 'config') =>
    write(name, {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { ...there, ...more } }],
      users: [{ name: 'u', user }],
    });
  const byName = there.server.replace('127.0.0.1', 'kubernetes.default.svc');
  return { write, config, token, other, certificate: admin.users[0].user, byName, server: there.server };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('whatever way a kubeconfig goes, it is that of kubectl, to the same user', async ({ cluster }) => {
  const { write, config, token, other, certificate, byName } = await world(cluster);
  const print = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token: other } };
  write('plugin', `#!/bin/sh\necho '${JSON.stringify(print)}'\n`, 0o755);
  write('token', `${other}\n`);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };
  const proxy = await startProxy();
  const through = { 'proxy-url': proxy.url.href };
  const jane = {
    as: 'jane',
    'as-uid': '7',
    'as-groups': ['système', 'b'],
    'as-user-extra': { 'Acme.io/a%b': ['x', 'y'] },
  };
  const doors: readonly (readonly [name: string, env: () => Env])[] = [
    ['a token', () => ({ KUBECONFIG: config() })],
    ['a wrong token', () => ({ KUBECONFIG: config({ token: 'wrong' }) })],
    ['no credentials', () => ({ KUBECONFIG: config({}) })],
    ['a certificate', () => ({ KUBECONFIG: config(certificate) })],
    ['a certificate and a token', () => ({ KUBECONFIG: config({ ...certificate, token: other }) })],
    ['a token in a file', () => ({ KUBECONFIG: config({ token, tokenFile: 'token' }) })],
    ['a plugin', () => ({ KUBECONFIG: config({ exec }) })],
    ['a plugin beside a token', () => ({ KUBECONFIG: config({ exec, token }) })],
    ['a login', () => ({ KUBECONFIG: config({ username: 'me', password: 'p' }) })],
    ['another user', () => ({ KUBECONFIG: config({ token, as: 'system:serviceaccount:a:b' }) })],
    ['another user with everything', () => ({ KUBECONFIG: config({ token, ...jane }) })],
    ['another user, without the right to', () => ({ KUBECONFIG: config({ token: other, as: 'jane' }) })],
    ['groups without a user', () => ({ KUBECONFIG: config({ token, 'as-groups': ['a'] }) })],
    [
      'several files',
      () => ({
        KUBECONFIG: [config({ token: other }, {}, 'first'), config(), '/missing'].join(delimiter),
      }),
    ],
    [
      'no verification',
      () => ({
        KUBECONFIG: config({ token }, { 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined }),
      }),
    ],
    [
      'an authority that is another',
      () => ({
        KUBECONFIG: config({ token }, { 'certificate-authority-data': base64('none') }),
      }),
    ],
    ['another name', () => ({ KUBECONFIG: config({ token }, { 'tls-server-name': 'kubernetes.default.svc' }) })],
    ['a wrong name', () => ({ KUBECONFIG: config({ token }, { 'tls-server-name': 'other' }) })],
    ['a proxy', () => ({ KUBECONFIG: config({ token }, { ...through, server: byName }) })],
    ['a proxy for this machine', () => ({ KUBECONFIG: config({ token }, through) })],
    ['a proxy and a certificate', () => ({ KUBECONFIG: config(certificate, { ...through, server: byName }) })],
    [
      'the proxy of the environment',
      () => ({
        KUBECONFIG: config({ token }, { server: byName }),
        HTTPS_PROXY: proxy.url.href,
      }),
    ],
    [
      'the proxy of the environment, excepted',
      () => ({
        KUBECONFIG: config({ token }, { server: byName }),
        HTTPS_PROXY: proxy.url.href,
        NO_PROXY: '10.0.0.0/8,.default.svc',
      }),
    ],
    [
      'the proxy of the environment for this machine',
      () => ({ KUBECONFIG: config(), HTTPS_PROXY: 'http://127.0.0.1:1' }),
    ],
  ];
  const compared: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const [name, env] of doors) {
    const variables = env();
    compared[name] = [await asClient(variables).catch(() => 'refused'), proxy.asked.splice(0).length > 0];
    expected[name] = [await asKubectl(cluster, variables), proxy.asked.splice(0).length > 0];
  }
  expect(compared).toEqual(expected);
  expect(JSON.stringify(compared)).toContain('système');
});

test('the testing proxy hands on the user of a request, and no other', async ({ cluster }) => {
  const { other } = await world(cluster);
  const proxy = await FaultyProxy.start(cluster.controlPlane.kubeconfig);
  const userOf = async (token?: string) => {
    const path = join(mkdtempSync(join(cluster.controlPlane.directory, 'proxy-')), 'config');
    writeFileSync(path, proxy.kubeconfig(token));
    return ((await asClient({ KUBECONFIG: path })) as Review['status']['userInfo']).username;
  };
  expect(await userOf(other)).toBe(`system:serviceaccount:${cluster.namespace}:default`);
  await expect(userOf()).rejects.toThrow('"system:anonymous" cannot create');
  await proxy.stop();
});
