import type { EnvVar, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { testOnNodes } from './fixture.js';
import { nacosVersions } from './images/nacos.js';
import { pod, restricted, service, shell } from './manifests.js';

/** The flags make a server start in seconds on a small machine; they are no advice for production. */
const small: readonly EnvVar[] = [
  { name: 'JVM_XMS', value: '256m' },
  { name: 'JVM_XMX', value: '512m' },
  { name: 'JVM_XMN', value: '128m' },
  { name: 'JAVA_OPT', value: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' },
];

function standalone(image: string): Pod {
  const written = ['data', 'logs', 'work'].map((folder) => ({ name: folder, mountPath: `/home/nacos/${folder}` }));
  const volumes = [...written, { name: 'tmp', mountPath: '/tmp' }];
  return pod(
    'nacos',
    restricted(
      {
        image,
        env: [...small, { name: 'MODE', value: 'standalone' }],
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        volumeMounts: volumes,
        readinessProbe: { httpGet: { path: '/nacos/v1/console/health/readiness', port: 8848 }, periodSeconds: 1 },
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
      standalone(`harbor.cloud.io/nacos/nacos-server:v${version}`),
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
