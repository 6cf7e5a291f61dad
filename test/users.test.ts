import { describe, expect, it } from 'vitest';
import { effectiveOf } from '../lib/render/effective.js';
import { isGated, render } from '../lib/render/render.js';
import { expanded } from '../lib/resource/effective/doors.js';
import { resolve } from '../lib/resource/resolve.js';
import { validate } from '../lib/resource/validate.js';
import { formatVersion } from '../lib/server/version.js';
import { type KubernetesObject, podTemplateOf } from './kubernetes-object.js';
import { child, environmentOf, nacos, onMysql, podOf, serverOf } from './nacos-object.js';
import { condition, look, observed, pod, schemaJob, up } from './operate/world.js';

/*
 * Situations that users of Nacos on Kubernetes have described in public, each with a manifest of ours: it works, is
 * refused in words, or a condition says what is not as asked for.
 */

const seen = (spec: object) => look(nacos(spec), observed([up(0)]));
const templateOf = (one: object) => podTemplateOf(one as KubernetesObject);
const service = (spec: object, name: string) => child(render(nacos(spec)), 'Service', name).spec!;
const token = Buffer.alloc(48, 'a').toString('base64');
const mysql = { database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } } };
const identity = [
  { name: 'NACOS_AUTH_ENABLE', value: 'true' },
  { name: 'NACOS_AUTH_TOKEN', value: token },
  { name: 'NACOS_AUTH_IDENTITY_KEY', value: 'inner' },
  { name: 'NACOS_AUTH_IDENTITY_VALUE', value: 'inner-secret' },
];
const wrapper = (container: object, more: object = {}) => ({
  k8sWrapper: { PodSpec: { containers: [{ name: 'n', ...container }], ...more } },
});
const asksForLogin = (spec: object) => {
  const instance = resolve(nacos(spec));
  expect(effectiveOf(instance).authentication.enabled).toBe(true);
  expect(isGated(instance)).toBe(true);
};

const works: readonly [situation: string, spec: object, check: (spec: object) => void][] = [
  [
    'a namespace with a mesh, which the user takes all pods of this Nacos out of',
    {
      ...onMysql,
      podLabels: { 'sidecar.istio.io/inject': 'false' },
      podAnnotations: { 'sidecar.istio.io/inject': 'false' },
    },
    (spec) => {
      const templates = render(nacos(spec)).flatMap((one) => templateOf(one) ?? []);
      expect(templates).toHaveLength(2);
      for (const { metadata } of templates)
        for (const values of [metadata?.labels, metadata?.annotations])
          expect(values).toMatchObject({ 'sidecar.istio.io/inject': 'false' });
    },
  ],
  [
    'the root as context path, by config',
    { version: '2.3.2', config: 'server.servlet.contextPath=/' },
    (spec) => expect(serverOf(spec).livenessProbe?.httpGet?.path).toBe('/v1/console/health/liveness'),
  ],
  ...[{ env: [{ name: 'NACOS_CONSOLE_PORT', value: '8090' }] }, { config: 'nacos.console.port=8090' }].map(
    (door): (typeof works)[number] => [
      `the console of 3.x on another port, by ${Object.keys(door)}`,
      { version: '3.0.3', ...door },
      (spec) => {
        expect(serverOf(spec).readinessProbe?.httpGet?.port).toBe(8090);
        expect(service(spec, 'n').ports).toContainEqual(expect.objectContaining({ name: 'console', targetPort: 8090 }));
      },
    ],
  ),
  [
    'the console of 3.x below another path',
    { version: '3.0.3', config: 'nacos.console.contextPath=/nacos' },
    (spec) => expect(serverOf(spec).readinessProbe?.httpGet?.path).toMatch(/^\/nacos\/v3\//),
  ],
  [
    'users in LDAP, on a new database, where no administrator can be made',
    { version: '2.5.1', certification: { enabled: true }, env: [{ name: 'NACOS_AUTH_SYSTEM_TYPE', value: 'ldap' }] },
    (spec) => expect(condition(seen(spec), 'AuthReady')).toMatchObject({ status: 'True' }),
  ],
  [
    'a login of the database with characters that shells, URLs and options files read',
    {
      version: '2.3.2',
      database: { type: 'mysql', mysqlHost: 'db', mysqlUser: 'a\\nb"q\'', mysqlPassword: '#&,$$(X){Y}"\\ ' },
    },
    (spec) => {
      const { data } = child(render(nacos(spec)), 'Secret', 'n-database');
      const text = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString();
      expect([text('username'), text('password')]).toEqual(['a\\nb"q\'', '#&,$$(X){Y}"\\ ']);
    },
  ],
  [
    'dollars and what looks like a variable in config',
    { type: 'cluster', version: '2.3.2', config: 'a.password=pa$$word\nb.template=$(POD_NAME)-x' },
    (spec) => {
      const known = new Map([['POD_NAME', 'n-0']]);
      const text = expanded(String(environmentOf(spec).SPRING_APPLICATION_JSON), known);
      expect(JSON.parse(text)).toMatchObject({ 'a.password': 'pa$$word', 'b.template': '$(POD_NAME)-x' });
    },
  ],
  ['authentication by env', { version: '2.5.1', env: identity }, asksForLogin],
  ['authentication by config', { version: '2.5.1', config: 'nacos.core.auth.enabled=true' }, asksForLogin],
  ['authentication by the wrapper', { version: '2.5.1', ...wrapper({ env: identity }) }, asksForLogin],
  [
    'volumes that were made by hand, of the class ""',
    { version: '2.3.2', volume: { enabled: true, storageClass: '' } },
    (spec) => {
      const [claim] = child(render(nacos(spec)), 'StatefulSet').spec!.volumeClaimTemplates!;
      expect(claim?.spec?.storageClassName).toBe('');
    },
  ],
  [
    'both families of addresses for clients, and by an overlay for members too',
    {
      type: 'cluster',
      version: '2.3.2',
      service: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] },
      overlays: { services: { spec: { ipFamilyPolicy: 'PreferDualStack' } } },
    },
    (spec) => {
      expect(service(spec, 'n-client').ipFamilies).toEqual(['IPv4', 'IPv6']);
      expect(service(spec, 'n-headless').ipFamilyPolicy).toBe('PreferDualStack');
    },
  ],
  [
    'a console of 2.1 behind several members, which keeps people on one',
    { type: 'cluster', version: '2.1.0', console: { nodePort: 30848, sessionAffinity: 'ClientIP' } },
    (spec) => expect(service(spec, 'n-console').sessionAffinity).toBe('ClientIP'),
  ],
  [
    'OpenShift, which gives out user ids and refuses others',
    { ...mysql, version: '2.3.2', podSecurity: 'restricted-any-user', serviceAccountName: 'nacos' },
    (spec) => {
      const templates = render(nacos(spec), { managedBy: 'gitops' }).flatMap((one) => templateOf(one) ?? []);
      expect(templates).toHaveLength(2);
      for (const { spec } of templates) expect(spec?.serviceAccountName).toBe('nacos');
      expect(JSON.stringify(templates)).not.toMatch(/runAsUser|runAsGroup|fsGroup/);
    },
  ],
  [
    "the network of the node, whose ports are the server's own",
    {
      type: 'cluster',
      version: '2.3.2',
      k8sWrapper: { PodSpec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } },
    },
    (spec) => expect(podOf(spec)).toMatchObject({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
  ],
  [
    'parameters of JDBC in env',
    { ...mysql, version: '2.3.2', env: [{ name: 'MYSQL_SERVICE_DB_PARAM', value: 'useSSL=true&requireSSL=true' }] },
    (spec) => expect(environmentOf(spec).MYSQL_SERVICE_DB_PARAM).toBe('useSSL=true&requireSSL=true'),
  ],
  [
    "a time zone, and the node's file of it",
    {
      version: '2.3.2',
      env: [{ name: 'TZ', value: 'Europe/Berlin' }],
      ...wrapper(
        { volumeMounts: [{ name: 'zone', mountPath: '/etc/localtime', readOnly: true }] },
        { volumes: [{ name: 'zone', hostPath: { path: '/etc/localtime' } }] },
      ),
    },
    (spec) => {
      expect(environmentOf(spec).TZ).toBe('Europe/Berlin');
      expect(serverOf(spec).volumeMounts?.map(({ name }) => name)).toContain('zone');
    },
  ],
  [
    'logs of every member in a folder of its own on one volume, also without rights',
    {
      type: 'cluster',
      version: '2.3.2',
      podSecurity: 'restricted',
      ...wrapper(
        { volumeMounts: [{ name: 'shared', mountPath: '/home/nacos/logs', subPathExpr: '$(POD_NAME)' }] },
        { volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: 'logs' } }] },
      ),
    },
    (spec) => {
      const mounts = serverOf(spec).volumeMounts!.filter(({ mountPath }) => mountPath === '/home/nacos/logs');
      expect(mounts).toEqual([{ name: 'shared', mountPath: '/home/nacos/logs', subPathExpr: '$(POD_NAME)' }]);
      expect(environmentOf(spec)).toHaveProperty('POD_NAME');
    },
  ],
  [
    'a plugin that an init container brings, and a pause before the end',
    {
      type: 'cluster',
      version: '2.3.2',
      podSecurity: 'restricted',
      ...wrapper(
        {
          volumeMounts: [{ name: 'plugins', mountPath: '/home/nacos/plugins' }],
          lifecycle: { preStop: { sleep: { seconds: 15 } } },
        },
        { initContainers: [{ name: 'fetch', image: 'a/plugins:1' }], volumes: [{ name: 'plugins', emptyDir: {} }] },
      ),
    },
    (spec) => {
      expect(podOf(spec).initContainers?.map(({ name }) => name)).toEqual(['copy-image-files', 'fetch']);
      expect(serverOf(spec).lifecycle?.preStop).toEqual({ sleep: { seconds: 15 } });
    },
  ],
  ...(
    [
      ['a.example:30001/nacos/nacos-server:v2.2.3-pgsql', '2.2.3'],
      ['a.example:8443/base/nacos:2.3.2_jdk17-arm64', '2.3.2'],
      ['nacos/nacos-server:v2.4.0.1', '2.4.0'],
      [`nacos/nacos-server:v2.3.2-slim@sha256:${'0'.repeat(64)}`, '2.3.2'],
    ] as const
  ).map(([image, version]): (typeof works)[number] => [
    `the tag of ${image}`,
    { image },
    (spec) => expect(formatVersion(resolve(nacos(spec)).version)).toBe(version),
  ]),
  [
    'a domain of its own, authentication in env and a database on another port',
    {
      type: 'cluster',
      version: '3.1.1',
      env: [{ name: 'DOMAIN_NAME', value: 'k8s.corp.example' }, ...identity],
      database: { type: 'mysql', mysqlHost: 'tidb.tidb', mysqlPort: '4000', mysqlUser: 'root', mysqlPassword: 'x' },
    },
    (spec) => {
      expect(environmentOf(spec)).toMatchObject({
        NACOS_SERVER_IP: '$(POD_NAME).n-headless.shop.svc.k8s.corp.example',
        MYSQL_SERVICE_PORT: '4000',
        NACOS_AUTH_IDENTITY_KEY: 'inner',
      });
      asksForLogin(spec);
    },
  ],
  [
    'the Secret of the operator, named in the spec',
    { version: '3.0.3', certification: { enabled: true, secretName: 'n-auth' } },
    (spec) => {
      const { authentication, names } = resolve(nacos(spec));
      expect(authentication.identitySecret).toBe(names.authSecret);
      expect(condition(seen(spec), 'AuthReady')).toMatchObject({ status: 'True' });
    },
  ],
];

describe('works', () => {
  it.each(works)('%s', (_situation, spec, check) => {
    expect(validate({ metadata: { name: 'n' }, spec })).toEqual([]);
    expect(condition(seen(spec), 'SettingsSupported')).toBeUndefined();
    check(spec);
  });

  it('labels of the object, as a team gives all that it has: on every child and pod, in no selector', () => {
    const { metadata, ...rest } = nacos({ ...onMysql, version: '2.3.2' });
    const children = render({ ...rest, metadata: { ...metadata, labels: { 'cost-center': '42' } } });
    for (const one of children) {
      expect(one.metadata?.labels).toMatchObject({ 'cost-center': '42' });
      const template = templateOf(one);
      if (template) expect(template.metadata?.labels).toMatchObject({ 'cost-center': '42' });
      expect(JSON.stringify((one as { spec?: { selector?: object } }).spec?.selector ?? {})).not.toContain('cost');
    }
  });
});

it.each([
  [
    'a NodePort without a number, from which clients cannot compute that of gRPC',
    { service: { type: 'NodePort' } },
    /^spec\.service\.nodePorts: .*set nodePorts\.http/,
  ],
])('is refused in words: %s', (_situation, spec, message) => {
  const [problem] = validate({ metadata: { name: 'n' }, spec });
  expect(`${problem?.path}: ${problem?.message}`).toMatch(message);
});

describe('is said by a condition', () => {
  it("a start command of the user's own, with which members do not find each other", () => {
    const spec = {
      type: 'cluster',
      version: '2.3.2',
      ...wrapper({ command: ['bash', '-c'], args: ['exec bin/docker-startup.sh'] }),
    };
    expect(condition(seen(spec), 'SettingsSupported')?.message).toMatch(/containers command: replaces the script/);
  });

  it('a registry that has projects only, where the image of the Job is not there', () => {
    const object = nacos({ ...mysql, image: 'registry.example/project/nacos:v2.3.2' });
    const job = schemaJob(object, false);
    const state = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } };
    const container = {
      name: 'schema',
      image: 'registry.example/library/mysql:8.4',
      imageID: '',
      ready: false,
      restartCount: 0,
      state,
    };
    const pods = [pod(`${job.metadata.name}-x`, { containerStatuses: [container] }, ['Job', job.metadata.name])];
    const after = look(object, observed([]), { jobs: [job], pods });
    expect(condition(after, 'SchemaReady')?.message).toMatch(/library\/mysql:8\.4.*spec\.mysqlInitImage/);
  });
});
