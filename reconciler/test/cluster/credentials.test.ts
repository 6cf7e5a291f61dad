import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { readKubeconfig } from '../../../test/cluster/kubeconfig.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Client } from '../../src/client/client.js';
import { inCluster } from '../../src/client/in-cluster.js';
import { fromKubeconfig } from '../../src/client/kubeconfig.js';

const whoAmI = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };

async function userOf(client: Client): Promise<string> {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const review = await client.request<{ status: { userInfo: { username: string } } }>('POST', path, { body: whoAmI });
  return review.status.userInfo.username;
}

async function token({ controlPlane, namespace, api }: TestCluster, account: string): Promise<string> {
  await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: account } }).catch(() => {});
  const kubeconfig = readKubeconfig(await controlPlane.serviceAccountKubeconfig(namespace, account));
  return kubeconfig.users[0].user.token!;
}

test('in a pod the token of the service account counts, and a new one is taken when the old one is refused', async ({
  cluster,
}) => {
  const directory = join(cluster.controlPlane.directory, 'service-account');
  mkdirSync(directory);
  const authority = readKubeconfig(cluster.kubeconfig).clusters[0].cluster['certificate-authority-data'];
  writeFileSync(join(directory, 'ca.crt'), Buffer.from(authority, 'base64'));
  writeFileSync(join(directory, 'token'), await token(cluster, 'first'));
  const client = new Client(inCluster('127.0.0.1', String(cluster.controlPlane.port), directory), 'test');
  expect(await userOf(client)).toBe(`system:serviceaccount:${cluster.namespace}:first`);

  // The account goes, and its token with it; the kubelet has put another one there.
  await cluster.api.delete(`/api/v1/namespaces/${cluster.namespace}/serviceaccounts/first`);
  writeFileSync(join(directory, 'token'), await token(cluster, 'second'));
  await expect
    .poll(() => userOf(client).catch(String), { timeout: 30_000 })
    .toBe(`system:serviceaccount:${cluster.namespace}:second`);
  client.close();
});

test('a kubeconfig may have a certificate, a token or a token in a file', async ({ cluster }) => {
  const { controlPlane, namespace } = cluster;
  const jane = await controlPlane.userKubeconfig({ name: 'jane', groups: ['system:masters'] });
  const byCertificate = new Client(await fromKubeconfig(jane), 'test');
  expect(await userOf(byCertificate)).toBe('jane');
  byCertificate.close();

  const account = await controlPlane.serviceAccountKubeconfig(namespace, 'default');
  const byToken = new Client(await fromKubeconfig(account), 'test');
  expect(await userOf(byToken)).toBe(`system:serviceaccount:${namespace}:default`);
  byToken.close();

  const config = readKubeconfig(account);
  writeFileSync(join(account, '..', 'token'), `${config.users[0].user.token}\n`);
  const inFile = { ...config, users: [{ name: config.users[0].name, user: { tokenFile: 'token' } }] };
  writeFileSync(`${account}.file`, JSON.stringify(inFile));
  const byFile = new Client(await fromKubeconfig(`${account}.file`), 'test');
  expect(await userOf(byFile)).toBe(`system:serviceaccount:${namespace}:default`);
  byFile.close();
});

const head = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1' };

test('a credential plugin is run again when what it gave is refused', async ({ cluster }) => {
  const directory = join(cluster.controlPlane.directory, 'plugin');
  mkdirSync(directory);
  const good = await token(cluster, 'planned');
  const print = (value: string) => JSON.stringify({ ...head, status: { token: value } });
  const script = [
    '#!/bin/sh',
    'echo "$KUBERNETES_EXEC_INFO" >> info',
    `if [ -e ran ]; then echo '${print(good)}'; else touch ran; echo '${print('stale')}'; fi`,
  ];
  writeFileSync(
    join(directory, 'plugin'),
    script.join('\n').replace('>> info', `>> ${directory}/info`).replaceAll(' ran', ` ${directory}/ran`),
  );
  chmodSync(join(directory, 'plugin'), 0o755);
  const { clusters, contexts, 'current-context': current } = readKubeconfig(cluster.kubeconfig);
  const exec = { apiVersion: head.apiVersion, command: './plugin', args: ['token'], interactiveMode: 'Never' };
  const config = {
    clusters,
    contexts,
    'current-context': current,
    users: [{ name: contexts[0].context.user, user: { exec } }],
  };
  writeFileSync(join(directory, 'config'), JSON.stringify(config));
  const client = new Client(await fromKubeconfig(join(directory, 'config')), 'test');
  await expect(userOf(client)).rejects.toMatchObject({ status: 401 });
  expect(await userOf(client)).toBe(`system:serviceaccount:${cluster.namespace}:planned`);
  expect(await userOf(client)).toBe(`system:serviceaccount:${cluster.namespace}:planned`);
  const runs = readFileSync(join(directory, 'info'), 'utf8').trim().split('\n');
  expect(runs.map((line) => JSON.parse(line).kind)).toEqual(['ExecCredential', 'ExecCredential']);
  client.close();
});
