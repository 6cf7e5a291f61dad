import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App, Chart, Testing } from 'cdk8s';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { ImageRegistry } from '../lib/image-registry.js';
import { NacosManager } from '../lib/nacos-manager.js';
import type { NacosManagerProps } from '../lib/props/manager-props.js';
import type { Manifest } from './cluster/manifests.js';
import { unrestricted } from './house-rules.js';
import type { KubernetesObject } from './kubernetes-object.js';

const { bundleConsole, bundleManager } = require('../scripts/bundle.cjs') as {
  bundleConsole(): { html: string; script: string; style: string };
  bundleManager(): unknown;
};

beforeAll(() => {
  bundleManager();
});

function objects(props: NacosManagerProps = {}, namespace?: string): Manifest[] {
  const app = new App();
  ImageRegistry.use(app, 'harbor.cloud.io');
  const chart = new Chart(app, 'chart', { namespace });
  new NacosManager(chart, 'manager', props);
  return Testing.synth(chart) as Manifest[];
}

const ofKind = <T>(all: readonly Manifest[], kind: string) =>
  all.filter((object) => object.kind === kind) as unknown as T[];

describe('NacosManager', () => {
  it('has no rights: no role, and no token in its pods', () => {
    const all = objects();
    expect(all.map(({ kind }) => kind).filter((kind) => /Role/.test(kind))).toEqual([]);
    const [deployment] = ofKind<Deployment>(all, 'Deployment');
    expect(deployment?.spec?.template.spec).toMatchObject({ automountServiceAccountToken: false });
    expect(JSON.stringify(deployment)).not.toContain('serviceAccountToken"');
  });

  it('may run where pods are restricted', () => {
    const all = objects({
      ingress: { host: 'nacos.example.com', tlsSecretName: 'site' },
    }) as unknown as KubernetesObject[];
    expect(unrestricted(all)).toEqual([]);
  });

  it('fits ConfigMaps that plain kubectl apply takes', () => {
    const maps = ofKind<ConfigMap>(objects(), 'ConfigMap');
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) expect(JSON.stringify(map).length).toBeLessThan(200 * 1024);
  });

  it('brings its namespace unless the chart has one, and takes images from the registry of the app', () => {
    expect(objects()[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'manager' } });
    const all = objects({ image: 'own/manager:1' }, 'ops');
    expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['ops']));
    const [deployment] = ofKind<Deployment>(all, 'Deployment');
    expect(deployment?.spec?.template.spec?.containers[0]?.image).toBe('harbor.cloud.io/own/manager:1');
    expect(ofKind(all, 'ConfigMap')).toEqual([]);
  });

  it('is reached by TLS of its own or of an Ingress where that is asked for', () => {
    const all = objects({ tlsSecretName: 'cert', ingress: { host: 'nacos.example.com', tlsSecretName: 'site' } });
    expect(ofKind(all, 'Service')).toMatchObject([{ spec: { ports: [{ name: 'https', port: 443 }] } }]);
    expect(ofKind(all, 'Ingress')).toMatchObject([
      { spec: { tls: [{ hosts: ['nacos.example.com'], secretName: 'site' }], rules: [{ host: 'nacos.example.com' }] } },
    ]);
  });

  it('gives its pods the address for logins, and refuses an issuer that no API server takes', () => {
    const login = { issuer: 'https://sso.example.com', clientId: 'nacos', scopes: 'openid groups' };
    const [deployment] = ofKind<Deployment>(objects({ login }), 'Deployment');
    expect(deployment?.spec?.template.spec?.containers[0]?.env).toEqual(
      expect.arrayContaining([
        { name: 'OIDC_ISSUER', value: 'https://sso.example.com' },
        { name: 'OIDC_CLIENT_ID', value: 'nacos' },
        { name: 'OIDC_SCOPES', value: 'openid groups' },
      ]),
    );
    expect(() => objects({ login: { ...login, issuer: 'http://sso.example.com' } })).toThrow(
      /chart\/manager \(NacosManager\): login\.issuer: .*https/,
    );
  });

  it('refuses a name that no object can have', () => {
    expect(() => objects({ name: 'Nacos Manager' })).toThrow(/chart\/manager \(NacosManager\): name: "Nacos Manager"/);
  });

  it('starts from its ConfigMaps as its pod does, and serves the page', async () => {
    const all = objects();
    const folder = mkdtempSync(join(tmpdir(), 'manager-'));
    for (const { binaryData = {} } of ofKind<ConfigMap>(all, 'ConfigMap'))
      for (const [name, part] of Object.entries(binaryData))
        writeFileSync(join(folder, name), Buffer.from(part, 'base64'));
    const [node = '', flag = '', loader = ''] =
      ofKind<Deployment>(all, 'Deployment')[0]?.spec?.template.spec?.containers[0]?.command ?? [];
    expect([node, flag]).toEqual(['node', '-e']);
    writeFileSync(join(folder, 'ca.crt'), '');
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const child = spawn(process.execPath, ['-e', loader.replaceAll("'/manager", `'${folder}`)], {
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(port),
        KUBERNETES_CA_FILE: join(folder, 'ca.crt'),
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
      },
      stdio: 'ignore',
    });
    try {
      const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      await expect.poll(async () => (await get('/healthz'))?.status, { timeout: 60_000 }).toBe(200);
      expect(await (await get('/'))?.text()).toContain('console.js');
      expect((await get('/api/v1/instances'))?.status).toBe(401);
    } finally {
      child.kill();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the page', () => {
  it('is at most 60 KB of script, packed, and refers to nothing elsewhere', () => {
    const { html, script, style } = bundleConsole();
    expect(gzipSync(script).length).toBeLessThan(60_000);
    const addresses = `${html}${script}${style}`.match(/https?:\/\/[^"'`\s)]+/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });
});
