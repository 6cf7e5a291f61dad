import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import { expect, onTestFinished } from 'vitest';
import { commandLineProgram } from './command-line.js';
import { testOnNodes } from './fixture.js';
import { pod, restricted, service, smallServer } from './manifests.js';
import type { NodeCluster } from './node-cluster.js';

const program = commandLineProgram();
const test = testOnNodes(1);
const count = process.env.SOAK ? 10_000 : 200;

/** Contents that a copy could spoil. */
const special: Readonly<Record<string, string>> = {
  unicode: '😀 二 é\u2028\u2029 a\u0000b',
  long: 'x'.repeat(100 * 1024),
  chinese: '二'.repeat(100 * 1024),
  crlf: 'a\r\nb\r\n',
  percent: '%25 %zz # + & = "\'\\',
  blanks: '\n x \n',
};

/** The server is the real one, but built by a third party. */
function server(name: string, version: string): readonly [Service, Pod] {
  const volumes = ['data', 'logs', 'work', 'tmp'];
  const container = {
    image: `nacos/nacos-server:v${version}`,
    env: [...smallServer, { name: 'MODE', value: 'standalone' }],
    resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    volumeMounts: volumes.map((one) => ({ name: one, mountPath: one === 'tmp' ? '/tmp' : `/home/nacos/${one}` })),
    readinessProbe: { httpGet: { path: '/nacos/v1/console/health/readiness', port: 8848 }, periodSeconds: 1 },
  };
  const spec = restricted(container, { volumes: volumes.map((one) => ({ name: one, emptyDir: {} })) });
  return [service(name, 8848), pod(name, spec)];
}

async function urlOf(cluster: NodeCluster, name: string): Promise<string> {
  const { spec } = await cluster.controlPlane.api.get<Service>(`/api/v1/namespaces/default/services/${name}`);
  return `http://${spec?.clusterIP}:8848/nacos`;
}

async function post(url: string, path: string, form: Record<string, string>, headers = {}): Promise<string> {
  const answer = await fetch(`${url}/v1/${path}`, { method: 'POST', headers, body: new URLSearchParams(form) });
  return answer.text();
}

/** Undefined where there is none. */
async function contentOn(url: string, dataId: string): Promise<string | undefined> {
  const query = new URLSearchParams({ show: 'all', tenant: 'shop', group: 'G', dataId });
  const answer = await (await fetch(`${url}/v1/cs/configs?${query}`)).text();
  return answer === '' ? undefined : (JSON.parse(answer) as { readonly content: string }).content;
}

async function fill(url: string): Promise<void> {
  const namespace = { customNamespaceId: 'shop', namespaceName: 'The shop', namespaceDesc: 'of many things' };
  expect(await post(url, 'console/namespaces', namespace)).toBe('true');
  await post(url, 'auth/users', { username: 'ann', password: 'a-password' });
  await post(url, 'auth/roles', { username: 'ann', role: 'reader' });
  await post(url, 'auth/permissions', { role: 'reader', resource: 'shop:*:*', action: 'r' });
  const fields = { tenant: 'shop', group: 'G', type: 'yaml', desc: 'described', config_tags: 'b,a', appName: 'shop' };
  for (const [dataId, content] of Object.entries(special))
    expect(await post(url, 'cs/configs', { ...fields, dataId, content })).toBe('true');
  const beta = { tenant: 'shop', group: 'G', dataId: 'crlf', content: 'for some' };
  expect(await post(url, 'cs/configs', beta, { betaIps: '10.0.0.1' })).toBe('true');
  for (let i = 0; i < count; i++)
    await post(url, 'cs/configs', { tenant: '', group: 'MANY', dataId: `number-${i}`, content: `a: ${i}` });
  const named = { namespaceId: 'shop', serviceName: 'G@@orders' };
  await post(url, 'ns/service', { ...named, protectThreshold: '0.5', metadata: '{"team":"shop"}' });
  const instance = { ip: '10.9.9.9', port: '80', clusterName: 'EAST', enabled: 'false', ephemeral: 'false' };
  expect(await post(url, 'ns/instance', { ...named, ...instance, weight: '2', metadata: '{"zone":"a"}' })).toBe('ok');
}

function begin(args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'data', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const status = new Promise<number | null>((done) => child.on('close', done));
  const ended = Promise.all([text(child.stdout), text(child.stderr), status]);
  return { child, ended };
}

async function data(...args: readonly string[]): Promise<string> {
  const [stdout, stderr, status] = await begin(args).ended;
  expect({ stderr, status, stdout }).toMatchObject({ stderr: '', status: 0 });
  return stdout;
}

test('what a real Nacos 2.0.4 holds comes to a real 2.3.2 by an archive, byte for byte, and by a copy that follows writers', async ({
  cluster,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'nacos-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await cluster.apply(...server('old', '2.0.4'), ...server('new', '2.3.2'));
  await Promise.all(['old', 'new'].map((name) => cluster.podReady(name, 180)));
  const [old, young] = await Promise.all(['old', 'new'].map((name) => urlOf(cluster, name)));
  await fill(old!);

  const file = join(folder, 'nacos.tar');
  const exported = await data('export', old!, file);
  const configurations = Object.keys(special).length + count;
  expect(exported).toContain(
    `1 namespace, 1 user, 1 role, 1 permission, ${configurations} configurations, 1 service of`,
  );
  expect(await data('import', file, young!, '--passwords', join(folder, 'passwords'))).toContain('reads back equal');
  expect(await data('diff', old!, young!)).toBe(`equal: ${configurations + 5} items\n`);
  for (const [dataId, content] of Object.entries(special)) expect(await contentOn(young!, dataId)).toBe(content);

  const { child, ended } = begin(['copy', old!, young!, '--follow', '--interval', '0.2']);
  // The first line of a round: what is written from now on is for the next ones.
  await Promise.race([once(child.stdout, 'data'), ended]);
  const acknowledged = new Map<string, string>();
  for (let i = 0; i < 200; i++) {
    const [dataId, content] = [`written-${i % 20}`, `version ${i}`];
    const form = { tenant: 'shop', group: 'G', dataId, content };
    if ((await post(old!, 'cs/configs', form)) === 'true') acknowledged.set(dataId, content);
  }
  const gone = new URLSearchParams({ tenant: 'shop', group: 'G', dataId: 'percent' });
  await fetch(`${old}/v1/cs/configs?${gone}`, { method: 'DELETE' });
  child.kill('SIGINT');
  const [stdout, stderr, status] = await ended;
  expect({ stderr, status, stdout }).toMatchObject({ stderr: '', status: 0 });
  expect(acknowledged.size).toBe(20);
  for (const [dataId, content] of acknowledged) expect(await contentOn(young!, dataId)).toBe(content);
  expect(await contentOn(young!, 'percent')).toBeUndefined();
  expect(await data('diff', old!, young!)).toContain('equal: ');
});
