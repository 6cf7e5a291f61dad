import type { EnvVar, HTTPGetAction, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { testOnNodes } from './fixture.js';
import { distributionVersion, nacosVersions } from './images/nacos.js';
import { pod, restricted, service, shell, smallServer } from './manifests.js';

function standalone(image: string, probe: HTTPGetAction, env: readonly EnvVar[] = []): Pod {
  const written = ['data', 'logs', 'work'].map((folder) => ({ name: folder, mountPath: `/home/nacos/${folder}` }));
  const volumes = [...written, { name: 'tmp', mountPath: '/tmp' }];
  return pod(
    'nacos',
    restricted(
      {
        image,
        env: [...smallServer, { name: 'MODE', value: 'standalone' }, ...env],
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        volumeMounts: volumes,
        readinessProbe: { httpGet: probe, periodSeconds: 1 },
      },
      { volumes: volumes.map(({ name }) => ({ name, emptyDir: {} })) },
    ),
  );
}

const test = testOnNodes(1);

// One after the other: each takes a processor for its start. The server is the real one, but built by a third party.
test.for(nacosVersions)(
  'real Nacos %s, standalone under a private registry name, serves by its Service name',
  async (version, { cluster }) => {
    await cluster.apply(
      service('nacos', 8848),
      standalone(`harbor.cloud.io/nacos/nacos-server:v${version}`, {
        path: '/nacos/v1/console/health/readiness',
        port: 8848,
      }),
      shell('shell'),
    );
    await cluster.podReady('shell', 30);
    await cluster.podReady('nacos', 120);

    const ask = (path: string, options = '') =>
      cluster.run('shell', `wget -qO- ${options} 'http://nacos.default.svc.cluster.local:8848/nacos/${path}'`);
    expect(await ask('v1/console/health/readiness')).toBe('OK');
    expect(JSON.parse(await ask('v1/console/server/state'))).toMatchObject({ version });
    const key = 'dataId=greeting&group=DEFAULT_GROUP';
    expect(await ask('v1/cs/configs', `--post-data='${key}&content=hello'`)).toBe('true');
    // The server answers from a copy that it writes a moment later.
    await expect.poll(() => ask(`v1/cs/configs?${key}`).catch(String), { timeout: 20_000 }).toBe('hello');
    await cluster.kubectl(['delete', 'pod', 'nacos']);
  },
);

const distribution = process.env.NACOS_DIST;
const version = distribution
  ? distributionVersion(distribution)
  : '3.x (NACOS_DIST names no unpacked release, and no registry has one)';

test.skipIf(!distribution)(`real Nacos ${version}, standalone, serves by its Service name`, async ({ cluster }) => {
  const required = ['NACOS_AUTH_TOKEN', 'NACOS_AUTH_IDENTITY_KEY', 'NACOS_AUTH_IDENTITY_VALUE'];
  const value = Buffer.from('of a test, and of the 32 bytes that a token needs').toString('base64');
  const probe = { path: '/v3/console/health/readiness', port: 8080 };
  const image = `docker.io/nacos/nacos-server:v${version}`;
  await cluster.apply(
    service('nacos', 8848),
    shell('shell'),
    standalone(
      image,
      probe,
      required.map((name) => ({ name, value })),
    ),
  );
  await cluster.podReady('shell', 30);
  await cluster.podReady('nacos', 180);
  const state = await cluster.run(
    'shell',
    'wget -qO- http://nacos.default.svc.cluster.local:8848/nacos/v3/admin/core/state',
  );
  expect(JSON.parse(state)).toMatchObject({ data: { version } });
});
