import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPlugin } from '../../src/client/exec-plugin.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'plugin-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(script: string, timeout?: number) {
  writeFileSync(join(directory, 'plugin'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const plugin = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './plugin',
    args: ['--client-secret=from-arguments'],
    env: [{ name: 'PASSWORD', value: 'from-variables' }],
    installHint: 'install the plugin of your cloud',
  };
  return runPlugin(plugin, {}, directory, false, timeout);
}

async function messagesOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((failure) => failure);
  return error instanceof Error ? `${error.message} ${error.cause ?? ''} ${JSON.stringify(error)}` : 'no error';
}

test('a plugin has its variables, its arguments and those of this process', async () => {
  const head = '"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"';
  const print = `echo '{${head},"status":{"token":"'"$PASSWORD $1 ${'$'}{PATH:+path}"'"}}'`;
  expect(await run(print)).toEqual({ token: 'from-variables --client-secret=from-arguments path' });
});

test('a plugin that does not end is given up', async () => {
  expect(await messagesOf(run('sleep 60', 200))).toContain('credential plugin ./plugin gave no answer within 0.2 s');
});

test('a plugin that asks gets no answer, and ends', async () => {
  expect(await messagesOf(run('read answer || exit 4', 60_000))).toContain('ended with exit code 4');
});

test('a plugin that fails is reported in its own words, with its hint and without its secrets', async () => {
  const messages = await messagesOf(run('echo "you are logged out" >&2; exit 3'));
  expect(messages).toContain('ended with exit code 3: you are logged out; install the plugin of your cloud');
  expect(messages).not.toContain('from-');
});

test('what a plugin printed by mistake is not shown', async () => {
  const messages = await messagesOf(run('echo "a-token-as-it-is"'));
  expect(messages).toContain('printed no ExecCredential with a status');
  expect(messages).not.toContain('a-token');
});

test('a plugin that is not there is named', async () => {
  const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' };
  const error = await messagesOf(runPlugin(plugin, {}, directory, false));
  expect(error).toContain('credential plugin no-such-plugin failed with ENOENT');
});

const credential = (more: object) =>
  JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'a' },
    ...more,
  });

test.each([
  [credential({ kind: 'Pod' }), 'printed no ExecCredential with a status'],
  [credential({ status: undefined }), 'printed no ExecCredential with a status'],
  [credential({ apiVersion: 'client.authentication.k8s.io/v1beta1' }), 'printed another apiVersion than'],
  [credential({ status: {} }), 'printed neither a token nor a certificate'],
  [credential({ status: { clientCertificateData: 'a' } }), 'printed a certificate without its key'],
  [credential({ status: { token: 'a', clientKeyData: 'a' } }), 'printed a certificate without its key'],
  [credential({ status: { token: 'a', expirationTimestamp: 'tomorrow' } }), 'an expirationTimestamp that is no time'],
])('a plugin that prints %s is refused as by kubectl', async (printed, problem) => {
  expect(await messagesOf(run(`echo '${printed}'`))).toContain(problem);
});

test('a plugin may print YAML', async () => {
  const yaml = 'apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: of yaml';
  expect(await run(`printf '${yaml}\n'`)).toEqual({ token: 'of yaml' });
});
