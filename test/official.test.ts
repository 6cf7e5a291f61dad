import { readFileSync } from 'node:fs';
import type { KubernetesObject } from 'cdk8s-reconciler';
import { describe, expect, it } from 'vitest';
import { differences } from '../lib/forecast/differences.js';
import { render } from '../lib/render/render.js';
import { type NacosManifest, withDefaults } from '../lib/resource/validate.js';
import { sample } from './nacos-object.js';
import { officialChildren } from './official.js';

const image = 'nacos/nacos-server:v2.3.2';
const mysql = { type: 'mysql', mysqlHost: 'db', mysqlUser: 'nacos', mysqlPassword: 'change-me' };
const manifest = (spec: object, metadata: object = {}): NacosManifest => ({
  metadata: { name: 'n', namespace: 'shop', ...metadata },
  spec: { image, replicas: 1, ...spec },
});
const cluster = (spec: object, metadata?: object) => manifest({ type: 'cluster', replicas: 3, ...spec }, metadata);
const wrapped = (server: object, pod: object = {}) => ({
  k8sWrapper: { PodSpec: { ...pod, containers: [{ name: 'n', ...server }] } },
});

/** Manifests in the fields of the official operator, as users have them. */
const manifests: Readonly<Record<string, NacosManifest>> = {
  'nacos-single.yaml': sample('nacos-single'),
  'nacos-cluster.yaml': sample('nacos-cluster'),
  standalone: manifest({ type: 'standalone' }),
  embedded: cluster({}),
  'labels and annotations': cluster(
    {},
    {
      labels: { 'cost-center': '4711' },
      annotations: { note: 'ours', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
  ),
  'volumes made by hand': cluster({ volume: { enabled: true, storageClass: '', requests: { storage: '20Gi' } } }),
  'own JDBC parameters': cluster({ database: mysql, env: [{ name: 'MYSQL_SERVICE_DB_PARAM', value: 'useSSL=true' }] }),
  'tables by a Job': cluster({ database: mysql, mysqlInitImage: 'mysql:5.7' }),
  login: manifest({ certification: { enabled: true, token_expire_seconds: '600', cache_enabled: true } }),
  'login with a token': manifest({ certification: { enabled: true, token: 'c2VjcmV0' } }),
  'login by environment': manifest({ env: [{ name: 'NACOS_AUTH_ENABLE', value: 'true' }] }),
  properties: manifest({ config: 'server.servlet.contextPath=/\n' }),
  'one function': cluster({ function_mode: 'naming' }),
  'another domain': cluster({ env: [{ name: 'DOMAIN_NAME', value: 'k8s.corp.example' }] }),
  placement: cluster({
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    resources: { limits: { memory: '4Gi' } },
    livenessProbe: { tcpSocket: { port: 8848 } },
    readinessProbe: { tcpSocket: { port: 8848 } },
  }),
  'a wrapper with volumes': cluster(
    wrapped(
      { volumeMounts: [{ name: 'zone', mountPath: '/etc/localtime' }] },
      { volumes: [{ name: 'zone', hostPath: { path: '/etc/localtime' } }] },
    ),
  ),
  'no size': cluster({ replicas: undefined }),
  'a private registry': manifest({
    image: 'harbor.example:8443/base/nacos:2.3.2_jdk17-arm64',
    imagePullSecrets: [{ name: 'harbor' }],
  }),
  'a server of 3.x': cluster({
    image: 'nacos/nacos-server:v3.1.1',
    database: { ...mysql, mysqlPort: '4000' },
    env: [
      { name: 'NACOS_CONSOLE_PORT', value: '8090' },
      { name: 'NACOS_AUTH_ENABLE', value: 'true' },
      { name: 'NACOS_AUTH_TOKEN', value: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=' },
      { name: 'NACOS_AUTH_IDENTITY_KEY', value: 'own' },
      { name: 'NACOS_AUTH_IDENTITY_VALUE', value: 'known' },
    ],
  }),
  'users of a directory': manifest({
    certification: { enabled: true },
    env: [{ name: 'NACOS_AUTH_SYSTEM_TYPE', value: 'ldap' }],
    config: 'nacos.core.auth.ldap.password=pa$$word\nmy.template=$(POD_NAME)-x\n',
  }),
  'characters of passwords': manifest({ database: { ...mysql, mysqlPassword: 'A#b@c&d,e$$f{g}$(HOME)"h\\i 9' } }),
  'the network of the node': cluster({
    k8sWrapper: { PodSpec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } },
  }),
  'a wrapper with logs and a second container': cluster({
    k8sWrapper: {
      PodSpec: {
        containers: [
          { name: 'n', volumeMounts: [{ name: 'all', mountPath: '/home/nacos/logs', subPathExpr: '$(POD_NAME)' }] },
          { name: 'shipper', image: 'fluent-bit:3.2', volumeMounts: [{ name: 'all', mountPath: '/logs' }] },
        ],
        volumes: [{ name: 'all', persistentVolumeClaim: { claimName: 'logs' } }],
      },
    },
  }),
  'a wrapper with plugins': cluster(
    wrapped(
      { volumeMounts: [{ name: 'plugins', mountPath: '/home/nacos/plugins' }] },
      {
        initContainers: [
          { name: 'fetch', image: 'plugins:1', volumeMounts: [{ name: 'plugins', mountPath: '/plugins' }] },
        ],
        volumes: [{ name: 'plugins', emptyDir: {} }],
      },
    ),
  ),
  'a wrapper with another command before it stops': cluster(
    wrapped({ lifecycle: { preStop: { exec: { command: ['sleep', '15'] } } } }),
  ),
  'a wrapper with fields that there are not': cluster({ k8sWrapper: { PodSpec: { env: [{ key: 'A', value: 'x' }] } } }),
  'a wrapper with a command': cluster(wrapped({ command: ['bash', '-c'], args: ['exec bin/docker-startup.sh'] })),
};

/** What differs, and the words of docs/compatibility.md that say why. */
const known: readonly (readonly [where: RegExp, why: string])[] = [
  [/^(ConfigMap n-members|PodDisruptionBudget n) is new$/, 'ConfigMap `NAME-members`'],
  [/^Secret n-\w+ is new$/, 'in a Secret; better name one of your own'],
  [
    /^(Job|ConfigMap) n-schema-\w+ is new$|^(Job|ConfigMap) n-mysql-sql-init is gone$|initContainers/,
    'tables are created anyway',
  ],
  [
    /^ConfigMap n is gone$|volumes\[config\]|env\[SPRING_APPLICATION_JSON\]/,
    'properties that win over those of the image',
  ],
  [/metadata\.annotations/, 'annotations of the object'],
  [/^StatefulSet n: spec\.selector|^Service n[-\w]*: spec\.selector/, 'in no selector'],
  [/template\.metadata\.(labels|annotations)\.nacos\.io/, 'marks of this operator'],
  [/spec\.ordinals/, 'set back to 0'],
  [/spec\.updateStrategy|persistentVolumeClaimRetentionPolicy/, 'one at a time, by the operator'],
  [/lifecycle/, 'before a pod stops'],
  [
    /\.command|\.args|env\[(NACOS_(SERVERS|REPLICAS|SERVER_IP)|POD_NAME|PREFER_HOST_MODE)\]|volumes\[members\]/,
    'member list',
  ],
  [/env\[(MODE|EMBEDDED_STORAGE)\]/, 'said in any case'],
  [/n: spec\.volumeClaimTemplates/, 'not on claims'],
  [/env\[MYSQL_SERVICE_(USER|PASSWORD)\]/, 'plain text in the pod'],
  [/env\[MYSQL_SERVICE_DB_PARAM\]/, 'parameters of the JDBC URL that work'],
  [
    /env\[NACOS_AUTH_(TOKEN|IDENTITY_KEY|IDENTITY_VALUE|TOKEN_EXPIRE_SECONDS|CACHE_ENABLE)\]/,
    'a token and an identity of its own',
  ],
  [/env\[JAVA_OPT\]/, 'time to replay the Raft log'],
  [/env\[JVM_XM[SXN]\]/, 'heap from the memory limit'],
  [/(liveness|readiness|startup)Probe/, 'probes left out'],
  [/ports\[(peer-rpc|console)\]|spec\.ports/, 'ports of gRPC'],
  [/spec\.replicas$/, '1, or 3 in a cluster'],
  [/spec\.imagePullSecrets/, 'never read'],
  [/^NetworkPolicy n is new$/, 'a network policy'],
  [/publishNotReadyAddresses|ipFamil|spec\.type$/, 'not led to servers that are not ready'],
  [/template\.spec\.volumes(\[db\])?$|volumeMounts/, 'an emptyDir'],
  [/enableServiceLinks|automountServiceAccountToken|podAntiAffinity|spec\.affinity/, 'prefer different nodes'],
];

const idOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata?.name}`;

/** As the two differ for the same manifest, by objects and paths; of a name `n` whatever it is. */
function different({ metadata, ...rest }: NacosManifest): string[] {
  const nacos = withDefaults({ ...rest, metadata: { ...metadata, name: 'n', namespace: 'shop' } });
  const plain = (objects: readonly KubernetesObject[]) =>
    new Map(
      objects.map((object) => {
        const { ownerReferences: _, ...meta } = object.metadata ?? {};
        return [idOf(object), JSON.parse(JSON.stringify({ ...object, metadata: meta })) as object];
      }),
    );
  const [theirs, ours] = [plain(officialChildren(nacos as never)), plain(render(nacos))];
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((id) => {
    const [before, after] = [theirs.get(id), ours.get(id)];
    if (!before) return [`${id} is new`];
    if (!after) return [`${id} is gone`];
    return differences(before, after).map(({ path }) => `${id}: ${path}`);
  });
}

describe('a manifest of the official operator', () => {
  const page = readFileSync('docs/compatibility.md', 'utf8');

  it.each(Object.entries(manifests))(
    '%s means what it meant, but for what docs/compatibility.md says',
    (_name, one) => {
      expect(different(one).filter((line) => !known.some(([where]) => where.test(line)))).toEqual([]);
    },
  );

  it.each(known.map(([where, why]) => [why, where] as const))('docs/compatibility.md has: %s', (why, where) => {
    expect(page).toContain(why);
    expect(
      Object.values(manifests)
        .flatMap(different)
        .some((line) => where.test(line)),
    ).toBe(true);
  });
});
