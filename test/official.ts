import type { KubernetesObject } from 'cdk8s-reconciler';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Container, EnvVar, PodSpec, Service } from 'kubernetes-types/core/v1.js';
import { overlay } from '../lib/render/overlay.js';
import type { NacosManifest } from '../lib/resource/validate.js';

/** The name under which its Go client writes: that of the program. */
export const officialManager = 'manager';

/** The token that it gives where the spec has none. */
export const officialToken = 'SecretKey012345678901234567890123456789012345678901234567890123456789';

interface OfficialSpec {
  readonly type?: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly env?: readonly EnvVar[];
  readonly resources?: Container['resources'];
  readonly nodeSelector?: PodSpec['nodeSelector'];
  readonly tolerations?: PodSpec['tolerations'];
  readonly affinity?: PodSpec['affinity'];
  readonly livenessProbe?: Container['livenessProbe'];
  readonly readinessProbe?: Container['readinessProbe'];
  readonly config?: string;
  readonly mysqlInitImage?: string;
  readonly function_mode?: string;
  readonly database?: Readonly<Record<string, string>>;
  readonly certification?: {
    readonly enabled?: boolean;
    readonly token?: string;
    readonly token_expire_seconds?: string;
    readonly cache_enabled?: boolean;
  };
  readonly volume?: { readonly enabled?: boolean; readonly requests?: object; readonly storageClass?: string };
  readonly k8sWrapper?: { readonly PodSpec?: object };
}

type Owned = NacosManifest & { readonly metadata: { readonly uid?: string } };

/**
 * The objects that operator 1.0.2 of nacos-group/nacos-k8s makes of a Nacos (operator/pkg/service/operator/Kind.go), in
 * the order in which it creates them. Its SQL and the text of its commands are shortened; what they do is the same.
 */
export function officialChildren(nacos: Owned): KubernetesObject[] {
  const { name, uid } = nacos.metadata;
  const spec = (nacos.spec ?? {}) as OfficialSpec;
  const cluster = spec.type === 'cluster';
  const children = [
    ...(spec.config ? [configuration(nacos, spec.config)] : []),
    statefulSet(nacos, spec, cluster),
    ...(cluster ? [headlessService(nacos), clientService(nacos)] : [service(nacos)]),
    ...(databaseOf(spec) === 'mysql' && spec.mysqlInitImage ? schemaObjects(nacos, spec) : []),
  ];
  const controller = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', name, controller: true };
  const ownerReferences = [{ ...controller, uid: uid ?? '', blockOwnerDeletion: true }];
  return children.map((child) => ({ ...child, metadata: { ...child.metadata, ownerReferences } }));
}

function labelsOf({ metadata }: Owned): Record<string, string> {
  return { ...metadata.labels, app: metadata.name, middleware: 'nacos', component: 'nacos' };
}

function metadataOf(nacos: Owned, name = nacos.metadata.name) {
  const { namespace, annotations } = nacos.metadata;
  return { name, namespace, labels: labelsOf(nacos), ...(annotations && { annotations }) };
}

function statefulSet(nacos: Owned, spec: OfficialSpec, cluster: boolean): StatefulSet {
  const { name } = nacos.metadata;
  const { replicas = 1, volume } = spec;
  const labels = labelsOf(nacos);
  const claim = {
    metadata: { name: 'db', labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: volume?.requests as Record<string, string> },
      ...(volume?.storageClass !== undefined && { storageClassName: volume.storageClass }),
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(nacos),
    spec: {
      podManagementPolicy: 'Parallel',
      replicas,
      selector: { matchLabels: labels },
      serviceName: cluster ? `${name}-headless` : '',
      template: { metadata: { labels }, spec: overlay(podSpec(nacos, spec, cluster), spec.k8sWrapper?.PodSpec ?? {}) },
      ...(volume?.enabled && { volumeClaimTemplates: [claim] }),
    },
  };
}

function podSpec(nacos: Owned, spec: OfficialSpec, cluster: boolean): PodSpec {
  const { name } = nacos.metadata;
  const mounts = [
    ...(spec.volume?.enabled ? [{ name: 'db', mountPath: '/home/nacos/data' }] : []),
    ...(spec.config
      ? [{ name: 'config', mountPath: '/home/nacos/init.d/custom.properties', subPath: 'custom.properties' }]
      : []),
  ];
  const items = [{ key: 'custom.properties', path: 'custom.properties' }];
  const waits = databaseOf(spec) === 'mysql' && spec.mysqlInitImage;
  const check = `while ! mysqlcheck --databases "\${MYSQL_DB}"; do sleep 1; done`;
  return {
    ...(waits && { initContainers: [schemaContainer('mysql-check-database', spec, check)] }),
    containers: [
      {
        name,
        image: spec.image,
        ...(cluster && { command: ['sh', '-c', startCommand(nacos, spec)] }),
        env: environment(nacos, spec, cluster),
        lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'rm -rf /home/nacos/data/protocol/raft'] } } },
        ports: [
          { name: 'client', containerPort: 8848, protocol: 'TCP' },
          { name: 'rpc', containerPort: 7848, protocol: 'TCP' },
          { name: 'new-rpc', containerPort: 9848, protocol: 'TCP' },
        ],
        ...(spec.resources && { resources: spec.resources }),
        ...(spec.livenessProbe && { livenessProbe: spec.livenessProbe }),
        ...(spec.readinessProbe && { readinessProbe: spec.readinessProbe }),
        ...(mounts.length > 0 && { volumeMounts: mounts }),
      },
    ],
    ...(spec.config && { volumes: [{ name: 'config', configMap: { name, items } }] }),
    ...(spec.nodeSelector && { nodeSelector: spec.nodeSelector }),
    ...(spec.tolerations && { tolerations: spec.tolerations }),
    ...(spec.affinity && { affinity: spec.affinity }),
  };
}

/** No member starts before the names of all are known. */
function startCommand(nacos: Owned, spec: OfficialSpec): string {
  const hosts = memberHosts(nacos, spec).join(' ');
  return `for host in ${hosts}; do until ping -c 1 "$host"; do sleep 1; done; done; exec bin/docker-startup.sh`;
}

function memberHosts({ metadata: { name, namespace } }: Owned, { replicas = 1, env = [] }: OfficialSpec): string[] {
  const domain = env.find((one) => one.name === 'DOMAIN_NAME')?.value || 'cluster.local';
  return Array.from({ length: replicas }, (_, i) => `${name}-${i}.${name}-headless.${namespace}.svc.${domain}`);
}

function environment(nacos: Owned, spec: OfficialSpec, cluster: boolean): EnvVar[] {
  const { replicas = 1, certification, database = {}, function_mode: mode = '' } = spec;
  const text = (name: string, value: string) => ({ name, value });
  // The list is built again from the spec's own where there is a mode, and the one before is forgotten.
  const first = ['naming', 'config'].includes(mode)
    ? [text('FUNCTION_MODE', mode)]
    : [text('PREFER_HOST_MODE', 'hostname')];
  return [
    ...(spec.env ?? []),
    ...first,
    ...(certification?.enabled
      ? [
          text('NACOS_AUTH_ENABLE', 'true'),
          text('NACOS_AUTH_TOKEN_EXPIRE_SECONDS', certification.token_expire_seconds || '18000'),
          text('NACOS_AUTH_TOKEN', certification.token || officialToken),
          text('NACOS_AUTH_CACHE_ENABLE', String(certification.cache_enabled ?? false)),
        ]
      : []),
    ...(databaseOf(spec) === 'embedded' ? [text('EMBEDDED_STORAGE', 'embedded')] : []),
    ...(databaseOf(spec) === 'mysql'
      ? [
          text('SPRING_DATASOURCE_PLATFORM', 'mysql'),
          text('MYSQL_SERVICE_HOST', database.mysqlHost || '127.0.0.1'),
          text('MYSQL_SERVICE_PORT', database.mysqlPort || '3306'),
          text('MYSQL_SERVICE_DB_NAME', database.mysqlDb || 'nacos'),
          text('MYSQL_SERVICE_USER', database.mysqlUser || 'root'),
          text('MYSQL_SERVICE_PASSWORD', database.mysqlPassword || '123456'),
        ]
      : []),
    ...(cluster
      ? [
          text('NACOS_REPLICAS', String(replicas)),
          text(
            'NACOS_SERVERS',
            memberHosts(nacos, spec)
              .map((host) => `${host}:8848`)
              .join(' '),
          ),
        ]
      : [text('MODE', 'standalone')]),
  ];
}

function databaseOf({ database }: OfficialSpec): string {
  return database?.type || 'embedded';
}

const port = (name: string, number: number) => ({ name, port: number, protocol: 'TCP' });

function service(nacos: Owned): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(nacos),
    spec: {
      publishNotReadyAddresses: true,
      ports: [port('client', 8848), port('rpc', 7848), port('new-rpc', 9848)],
      selector: labelsOf(nacos),
    },
  };
}

function headlessService(nacos: Owned): Service {
  const { spec, ...rest } = service(nacos);
  const name = `${nacos.metadata.name}-headless`;
  return {
    ...rest,
    metadata: metadataOf(nacos, name),
    spec: { ...spec, clusterIP: 'None', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
  };
}

/** Its two families are refused where the cluster has one, so users there make it themselves (issue 401). */
function clientService(nacos: Owned): Service {
  const { spec, ...rest } = service(nacos);
  const name = `${nacos.metadata.name}-client`;
  const ports = [port('client', 8848), port('rpc', 9848)];
  const families = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'PreferDualStack' };
  return { ...rest, metadata: metadataOf(nacos, name), spec: { ...spec, ports, ...families } };
}

function configuration(nacos: Owned, config: string): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(nacos), data: { 'custom.properties': config } };
}

function schemaObjects(nacos: Owned, spec: OfficialSpec): (ConfigMap | Job)[] {
  const { annotations: _, ...metadata } = metadataOf(nacos, `${nacos.metadata.name}-mysql-sql-init`);
  const script = { configMapKeyRef: { name: metadata.name, key: 'SQL_SCRIPT' } };
  const main = schemaContainer('mysql-sql-init', spec, `mysql -D"\${MYSQL_DB}" -e"\${SQL_SCRIPT}"`);
  const env = [...(main.env ?? []), { name: 'SQL_SCRIPT', valueFrom: script }];
  const created = `until mysql -e"create database if not exists \${MYSQL_DB}"; do sleep 2; done`;
  const pod: PodSpec = {
    initContainers: [
      schemaContainer('mysql-ping-database', spec, 'while ! mysqladmin ping; do sleep 1; done'),
      schemaContainer('mysql-create-database', spec, created),
    ],
    containers: [{ ...main, env }],
    restartPolicy: 'Never',
  };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { SQL_SCRIPT: 'CREATE TABLE config_info (id bigint);' } },
    { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: { spec: pod } } },
  ];
}

function schemaContainer(name: string, { mysqlInitImage, database = {} }: OfficialSpec, command: string): Container {
  const { mysqlHost = '127.0.0.1', mysqlDb = 'nacos', mysqlPort = '3306', mysqlUser = 'root' } = database;
  const values = {
    MYSQL_HOST: mysqlHost,
    MYSQL_DB: mysqlDb,
    MYSQL_PORT: mysqlPort,
    MYSQL_USER: mysqlUser,
    MYSQL_PASS: database.mysqlPassword ?? '123456',
  };
  const env = Object.entries(values).map(([variable, value]) => ({ name: variable, value }));
  return { name, image: mysqlInitImage, env, command: ['/bin/sh', '-c', command] };
}
