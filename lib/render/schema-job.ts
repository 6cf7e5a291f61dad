import { createHash } from 'node:crypto';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Container, PodSpec, Volume } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Instance, MysqlDatabase } from '../resource/resolve.js';
import { databaseSchema } from '../server/schema.js';
import { canonical } from './canonical.js';
import { asWritten, fromSecret } from './environment.js';
import { metadata } from './metadata.js';
import { overlay } from './overlay.js';
import { scheduling } from './pod.js';
import { awaitSchema, createSchema, schemaFolder } from './schema-scripts.js';
import { restrictedContainer, restrictedPod, restrictedUser } from './security.js';

/** What creates the schema before the servers start, or nothing where there is no external database to care for. */
export interface SchemaObjects {
  readonly objects: readonly (ConfigMap | Job)[];
  /** Init container for servers that no operator holds back. */
  readonly waiting: readonly Container[];
  readonly volumes: readonly Volume[];
}

export function schema(instance: Instance): SchemaObjects {
  const { database } = instance;
  if (database.type !== 'mysql' || !database.managedSchema) return { objects: [], waiting: [], volumes: [] };
  const { sql, check } = databaseSchema(instance.version);
  const data = { 'check.sql': check, 'schema.sql': sql };
  const pod = jobPod(instance, database);
  const labels = jobLabels(instance);
  const { job: { spec: laidOver } = {} } = instance.spec.overlays ?? {};
  // The API server has its fields in another order than the user.
  const over = laidOver ? [canonical(laidOver)] : [];
  const name = instance.names.schema(hash([instance.name, data, pod, labels, ...over]));
  const volumes = [
    { name: 'schema', configMap: { name } },
    { name: 'schema-tmp', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ];
  return {
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(instance, name), data },
      job(instance, name, labels, { ...pod, volumes }),
    ],
    waiting: [client(instance, database, 'wait-for-schema', awaitSchema)],
    volumes,
  };
}

/** A Job can't be changed, so one that does anything else has another name. */
function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
}

function jobPod(instance: Instance, database: MysqlDatabase): PodSpec {
  const spec: PodSpec = {
    ...scheduling(instance),
    restartPolicy: 'OnFailure',
    containers: [client(instance, database, 'schema', createSchema)],
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    securityContext: restrictedPod(instance.spec),
  };
  // What the wrapper says of containers and volumes is about the servers'.
  const { containers, initContainers, volumes, restartPolicy, ...placement } = (instance.spec.k8sWrapper?.PodSpec ??
    {}) as Partial<PodSpec>;
  return overlay(spec, placement);
}

/**
 * Of its pod: what keeps a mesh out of the servers' pods keeps it out of this one, which would never end beside a
 * sidecar.
 */
function jobLabels({ name, spec, inherited }: Instance): Pick<ObjectMeta, 'labels' | 'annotations'> {
  return {
    // Not the servers' labels: their Services and budgets must not select it.
    labels: {
      ...inherited.labels,
      ...spec.podLabels,
      ...{ app: `${name}-schema`, component: 'schema', middleware: 'nacos' },
    },
    ...(spec.podAnnotations && { annotations: spec.podAnnotations }),
  };
}

function job(instance: Instance, name: string, labels: ObjectMeta, spec: PodSpec): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(instance, name),
    spec: {
      // It tries until the database is there and lets it in; the kubelet spaces the tries out.
      backoffLimit: 1_000_000,
      template: {
        metadata: labels,
        spec,
      },
    },
  };
}

function client({ spec }: Instance, database: MysqlDatabase, name: string, script: string): Container {
  return {
    name,
    image: database.clientImage,
    command: ['sh', '-c', script],
    env: [
      { name: 'MYSQL_HOST', value: asWritten(database.host) },
      { name: 'MYSQL_PORT', value: database.port },
      { name: 'MYSQL_DATABASE', value: asWritten(database.name) },
      fromSecret('MYSQL_USER', database.user),
      fromSecret('MYSQL_PWD', database.password),
    ],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    // Said in full: a pod with servers that run as root does not say it for its containers.
    securityContext: { ...restrictedContainer, ...restrictedUser(spec), readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: 'schema', mountPath: schemaFolder, readOnly: true },
      { name: 'schema-tmp', mountPath: '/tmp' },
    ],
  };
}
