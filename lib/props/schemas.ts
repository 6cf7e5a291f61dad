import { type TObject, type TSchema, Type } from '@sinclair/typebox';
import { quantityPattern } from 'cdk8s-reconciler/schema';
import { versionPattern } from '../resource/spec.js';
import type { NacosAdmissionProps } from './admission-props.js';
import {
  NacosAccess,
  type NacosConfiguration,
  type NacosInitialData,
  type NacosNamespace,
  type NacosPermission,
  type NacosUser,
  type PasswordSecret,
  type SourceKey,
} from './initial-data.js';
import type { NacosManagerIngress, NacosManagerLogin, NacosManagerProps } from './manager-props.js';
import type { CredentialsSecret, MysqlBackedNacosProps, MysqlDatabaseProps } from './mysql-props.js';
import {
  type ComputeQuantities,
  type ComputeResources,
  Exposure,
  ManagedBy,
  type NacosAuthentication,
  type NacosClusterProps,
  type NacosConsole,
  type NacosEndpoint,
  type NacosEndpoints,
  type NacosProps,
  type NacosService,
  type NacosStandaloneProps,
  type NacosVolume,
} from './nacos-props.js';
import type { NacosOperatorProps } from './operator-props.js';

/*
 * What each prop may be, for apps that no compiler checks: plain JavaScript, tsx, spread objects. The compiler keeps
 * every schema complete.
 */

type Schemas<T> = { [Name in keyof Required<T>]: TSchema };

/** An object with these props and no others. */
function props<T>(schemas: Schemas<T>, ...needed: readonly (keyof T)[]): TObject {
  const all = Object.entries<TSchema>(schemas);
  const entries = all.map(([name, schema]) => [
    name,
    needed.includes(name as keyof T) ? schema : Type.Optional(schema),
  ]);
  return Type.Object(Object.fromEntries(entries), { additionalProperties: false });
}

/** A text of a form. @param hint ends "is not …" */
const form = (pattern: string, hint: string) => Type.String({ pattern, hint });
const text = () => Type.String({ minLength: 1 });
const flag = Type.Boolean();
const texts = () => Type.Array(text());
const map = () => Type.Record(Type.String(), Type.String());
const oneOf = (values: object) => Type.Union(Object.values(values).map((value) => Type.Literal(value as string)));

const objectName = () =>
  form('^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$', 'a name of lower-case letters, digits, dashes and dots');
const namespace = () =>
  form('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', 'a namespace: lower-case letters, digits and dashes, at most 63');
// github.com/distribution/reference, regexp.go: parts of lower-case letters, a tag, a digest.
const image = () =>
  form(
    '^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-f]{32,})?$',
    'an image such as harbor.cloud.io/nacos/nacos-server:v3.0.3',
  );
const host = () =>
  form(
    '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*$',
    'a host name or address by itself, such as mysql.default.svc; scheme and port have no place in it',
  );
const quantity = () => Type.String({ pattern: quantityPattern });
const port = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const labelKey = '^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$';
const labels = () =>
  Type.Record(
    Type.String({ pattern: labelKey }),
    form(
      '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$',
      'the value of a label: at most 63 letters, digits, dashes, dots and underscores',
    ),
    { additionalProperties: false },
  );

const compute = () => props<ComputeQuantities>({ cpu: quantity(), memory: quantity() });
const resources = () => props<ComputeResources>({ requests: compute(), limits: compute() });
const exposure = { type: oneOf(Exposure), annotations: map() };
const endpoint = () => props<NacosEndpoint>({ ...exposure, nodePort: port(1, 65535) });

const initialData = () =>
  props<NacosInitialData>({
    overwrite: flag,
    namespaces: Type.Array(
      props<NacosNamespace>({ id: Type.String(), name: Type.String(), description: Type.String() }, 'id'),
    ),
    users: Type.Array(
      props<NacosUser>(
        {
          username: text(),
          passwordSecret: props<PasswordSecret>({ name: text(), key: text() }, 'name'),
          roles: texts(),
        },
        'username',
        'passwordSecret',
      ),
    ),
    permissions: Type.Array(
      props<NacosPermission>({ role: text(), namespace: Type.String(), access: oneOf(NacosAccess) }, 'role', 'access'),
    ),
    configurations: Type.Array(
      props<NacosConfiguration>(
        {
          dataId: text(),
          group: text(),
          namespace: Type.String(),
          type: text(),
          content: Type.String(),
          configMap: props<SourceKey>({ name: text(), key: text() }, 'name', 'key'),
          secret: props<SourceKey>({ name: text(), key: text() }, 'name', 'key'),
          overwrite: flag,
        },
        'dataId',
      ),
    ),
  });

const instance: Schemas<NacosProps> = {
  // Its form is a rule of the resource, with words of its own.
  name: Type.String(),
  namespace: namespace(),
  labels: labels(),
  version: Type.String({ pattern: versionPattern }),
  image: image(),
  imagePullSecrets: Type.Array(objectName()),
  managedBy: oneOf(ManagedBy),
  resources: resources(),
  volume: props<NacosVolume>({ enabled: flag, size: quantity(), storageClass: Type.String(), retain: flag }),
  service: props<NacosService>({ ...exposure, nodePort: port(1, 64535) }),
  console: props<NacosConsole>({ ...exposure, nodePort: port(1, 65535) }),
  endpoints: props<NacosEndpoints>({ ai: endpoint(), dns: endpoint(), xds: endpoint() }),
  authentication: props<NacosAuthentication>({ enabled: flag, secretName: objectName() }),
  config: map(),
  env: Type.Record(Type.String({ pattern: '^[-._a-zA-Z][-._a-zA-Z0-9]*$' }), Type.String(), {
    additionalProperties: false,
  }),
  initialData: initialData(),
  runAsImageUser: flag,
  clusterDomain: form('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', 'a DNS domain such as cluster.local'),
  // Fields of the resource, which its own schema checks.
  overrides: Type.Object({}, { additionalProperties: true }),
};

const database = () =>
  props<MysqlDatabaseProps>(
    {
      host: host(),
      port: port(1, 65535),
      name: text(),
      credentialsSecret: props<CredentialsSecret>({ name: text(), userKey: text(), passwordKey: text() }, 'name'),
      parameters: Type.String(),
      managedSchema: flag,
      clientImage: image(),
    },
    'host',
    'credentialsSecret',
  );

const count = (minimum: number) => Type.Integer({ minimum, maximum: 99 });

/** Props of each construct. */
export const schemas = {
  NacosStandalone: props<NacosStandaloneProps>(instance),
  NacosCluster: props<NacosClusterProps>({ ...instance, replicas: count(0) }),
  MysqlBackedNacos: props<MysqlBackedNacosProps>(
    { ...instance, database: database(), replicas: count(0), standalone: flag },
    'database',
  ),
  NacosAdmission: props<NacosAdmissionProps>({ requesterPolicy: Type.Boolean() }),
  NacosOperator: props<NacosOperatorProps>({
    name: objectName(),
    watchNamespaces: Type.Array(namespace(), { minItems: 1 }),
    writePolicy: Type.Boolean(),
    replicas: count(1),
    // A construct: what is in it is no prop.
    programScope: Type.Object({ node: Type.Object({}) }),
    image: image(),
    nodeImage: image(),
    imagePullSecrets: Type.Array(objectName()),
    resources: resources(),
    priorityClassName: objectName(),
  }),
  NacosManager: props<NacosManagerProps>({
    name: objectName(),
    replicas: count(1),
    image: image(),
    nodeImage: image(),
    imagePullSecrets: Type.Array(objectName()),
    allowedImages: Type.Array(image()),
    namespaces: Type.Array(namespace(), { minItems: 1 }),
    rateLimit: Type.Integer({ minimum: 1 }),
    tlsSecretName: objectName(),
    login: props<NacosManagerLogin>(
      {
        issuer: form('^https?://\\S+$', 'a URL such as https://sso.example.com/realms/ops'),
        clientId: text(),
        scopes: text(),
      },
      'issuer',
      'clientId',
    ),
    ingress: props<NacosManagerIngress>(
      { host: host(), className: objectName(), tlsSecretName: objectName(), annotations: map() },
      'host',
      'tlsSecretName',
    ),
    resources: resources(),
  }),
} as const;

/** A registry, with a project where it has some: `harbor.cloud.io/mirror`. */
export const registry = form(
  '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._-]+)*/*$',
  'a registry such as harbor.cloud.io or harbor.cloud.io/mirror; a scheme such as https:// has no place in it',
);
