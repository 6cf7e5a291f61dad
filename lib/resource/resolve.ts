import { inRegistry, parseImage } from 'cdk8s-reconciler/kit';
import { parse } from 'dot-properties';
import { type Endpoint, endpointNames, endpoints } from '../server/endpoints.js';
import { type Profile, ports, profileOf } from '../server/profiles.js';
import { renamed } from '../server/renamed-settings.js';
import { defaultVersion, parseVersion, type Version, versionOfImage } from '../server/version.js';
import type { Settings } from './effective/doors.js';
import { access } from './effective/effective.js';
import type { NacosObject } from './nacos.js';
import { adoptAnnotation, handedOn, type Labels, labelsOf, namesOf } from './names.js';
import type { NacosSpec } from './spec.js';

/** A key of a Secret in the instance's namespace. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

interface Standalone {
  readonly mode: 'standalone';
  readonly replicas: number;
}

export interface Cluster {
  readonly mode: 'cluster';
  /** Replicas of the StatefulSet: the members, and servers that are about to leave or to join. */
  readonly replicas: number;
  /** Desired members. The list and the StatefulSet get there one member at a time. */
  readonly desired: number;
  /** `host:port` of each member, in order; the host is what the member calls itself. */
  readonly members: readonly string[];
}

/** Size of a cluster on its way to the desired one. */
export interface Size {
  /** Lines in the list of members. */
  readonly members: number;
  /** Replicas of the StatefulSet. */
  readonly servers: number;
}

interface EmbeddedDatabase {
  readonly type: 'embedded';
}

export interface MysqlDatabase {
  readonly type: 'mysql';
  readonly host: string;
  readonly port: string;
  readonly name: string;
  readonly user: SecretKey;
  readonly password: SecretKey;
  /** What the spec has in plain text, to be put in a Secret. */
  readonly plaintext?: { readonly user: string; readonly password: string };
  readonly parameters: string;
  readonly managedSchema: boolean;
  readonly clientImage: string;
}

export interface Authentication {
  /** What the spec's own field says. Absent: what the server does by itself, or what another door sets. */
  readonly enabled?: boolean;
  /** Whether it is off only since it was off before the servers had a version with which it is on by itself. */
  readonly keptOff?: true;
  /**
   * The store of users, such as `nacos` or `ldap`; only `nacos` has an administrator to be made. Absent: by reference,
   * so not known.
   */
  readonly system?: string;
  /** Absent where the server runs without a token. */
  readonly token?: SecretKey;
  /**
   * Secret with `identityKey` and `identityValue`, and the administrator's password. Absent where no client has to log
   * in, whatever the door is by which that is said, and the server runs without an identity.
   */
  readonly identitySecret?: string;
  /** A token that stands in the spec, to be put in a Secret. */
  readonly plaintextToken?: string;
}

/** A Nacos in which every question that its spec leaves open is answered. */
export interface Instance {
  readonly name: string;
  /** Absent at synth where the user leaves it to kubectl; a cluster then has names in `default`. */
  readonly namespace?: string;
  readonly names: ReturnType<typeof namesOf>;
  readonly labels: Labels;
  readonly selector: Labels;
  /**
   * Labels and annotations of the Nacos object that its children get, but for those of tools that track the object
   * itself.
   */
  readonly inherited: { readonly labels: Labels; readonly annotations: Labels };
  /** Whether another operator made it, which kept no client off: its clients may be anywhere. */
  readonly adopted: boolean;
  readonly image: string;
  readonly version: Version;
  /** Whether the spec or its image names the version; otherwise it is a guess. */
  readonly versionKnown: boolean;
  /** A version that a human lets this Nacos become, though nothing is known of it. */
  readonly acceptedVersion?: string;
  readonly profile: Profile;
  readonly servers: Standalone | Cluster;
  readonly database: EmbeddedDatabase | MysqlDatabase;
  /** Whether each server has a volume claim. */
  readonly hasVolumes: boolean;
  readonly authentication: Authentication;
  /** Revision of the Secrets that pods are made with. Absent before Secrets have changed for the first time. */
  readonly secretsRevision?: string;
  /**
   * Annotations of the StatefulSet itself, which restart nothing: what the operator has seen of its servers.
   *
   * @default none
   */
  readonly records?: Readonly<Record<string, string>>;
  /** Domain of the members' names, without a leading dot. */
  readonly domain: string;
  /** Server properties that win over the image's own. */
  readonly properties: Readonly<Record<string, string>>;
  /** The rest, as it stands in the object. */
  readonly spec: NacosSpec;
}

/** Nacos's own parameters with what MySQL 8's password plugin needs (nacos-docker: conf/application.properties). */
const jdbcParameters =
  'characterEncoding=utf8&connectTimeout=1000&socketTimeout=3000&autoReconnect=true&useSSL=false&allowPublicKeyRetrieval=true';

/**
 * Answers what a spec leaves open. The only place that knows the quirks of the official operator's fields.
 *
 * @param nacos has the schema's defaults filled in
 * @param selector labels that the live StatefulSet selects its pods by, which cannot change. @default those of a new
 * instance
 */
export function resolve(nacos: NacosObject, selector?: Labels): Instance {
  const { spec, metadata } = nacos;
  const { name, namespace } = metadata;
  const known = versionOf(spec);
  const version = known ?? parseVersion(defaultVersion)!;
  const profile = profileOf(version);
  const properties = renamed(parse(spec.config ?? '') as Record<string, string>, version);
  const names = namesOf(name);
  const own = labelsOf(name);
  const inherited = { labels: handedOn(metadata.labels), annotations: handedOn(metadata.annotations) };
  const domain = `${names.headless}.${namespace ?? 'default'}.svc.${clusterDomain(spec)}`;
  const servers = serversOf(nacos, domain);
  const database = databaseOf(spec, names.databaseSecret);
  return {
    name,
    namespace,
    names,
    selector: selector ?? own,
    labels: { ...own, ...selector },
    inherited,
    adopted: metadata.annotations?.[adoptAnnotation] !== undefined,
    image: spec.image || defaultImage(spec.version),
    version,
    versionKnown: known !== undefined,
    acceptedVersion: acceptedVersion(metadata),
    profile,
    servers,
    database,
    hasVolumes: spec.volume?.enabled ?? (profile.keepsState && database.type === 'mysql'),
    authentication: authenticationOf(nacos, properties, version, profile, names),
    domain,
    properties: {
      ...(servers.mode === 'cluster' && database.type === 'embedded' && profile.embeddedCluster),
      ...profile.properties,
      ...Object.assign({}, ...endpointsOf(spec).map((name) => endpoints[name].properties)),
      ...properties,
    },
    spec,
  };
}

/** The same instance at another size; standalone servers have none. */
export function resized(instance: Instance, size: Size): Instance {
  const { servers } = instance;
  if (servers.mode === 'standalone') return instance;
  const { desired } = servers;
  return { ...instance, servers: { mode: 'cluster', desired, ...clusterOf(instance, size) } };
}

/** Of a Nacos: its uid and the version. */
export const versionConsent = 'nacos.io/accept-version';

function acceptedVersion({ uid, annotations = {} }: NacosObject['metadata']): string | undefined {
  const [of, version] = annotations[versionConsent]?.split('/') ?? [];
  return of === uid ? version : undefined;
}

/** What the spec switches on. */
export function endpointsOf({ endpoints = {} }: NacosSpec): Endpoint[] {
  return endpointNames.filter((name) => endpoints[name] !== undefined);
}

/** What a member calls itself. */
export function memberHost({ name, domain }: Pick<Instance, 'name' | 'domain'>, ordinal: number): string {
  return `${name}-${ordinal}.${domain}`;
}

/** The image of a version, `nacos/nacos-server:v3.0.3` by default. */
export function defaultImage(version: string | undefined): string {
  return `nacos/nacos-server:v${(version || defaultVersion).replace(/^v/, '')}`;
}

/**
 * The image that creates a schema in MySQL or MariaDB where the spec names none; it comes from the registry of
 * `spec.image`.
 */
export const defaultMysqlImage = 'mysql:8.4';

function versionOf({ version, image }: NacosSpec): Version | undefined {
  // Without an image, it is the version that chooses one.
  const reference = image || defaultImage(version);
  return (version ? parseVersion(version) : undefined) ?? versionOfImage(reference);
}

/** The official operator reads the domain from an environment variable of the servers (Kind.go). */
function clusterDomain(spec: NacosSpec): string {
  return spec.clusterDomain || spec.env?.find(({ name }) => name === 'DOMAIN_NAME')?.value || 'cluster.local';
}

function serversOf({ spec, metadata: { name } }: NacosObject, domain: string): Standalone | Cluster {
  if (spec.type !== 'cluster') return { mode: 'standalone', replicas: spec.replicas ?? 1 };
  const desired = spec.replicas ?? 3;
  // The first members start all at once, since they wait for each other.
  return { mode: 'cluster', desired, ...clusterOf({ name, domain }, { members: desired, servers: desired }) };
}

function clusterOf(instance: Pick<Instance, 'name' | 'domain'>, { members: length, servers }: Size) {
  const members = Array.from({ length }, (_, ordinal) => `${memberHost(instance, ordinal)}:${ports.http}`);
  return { replicas: servers, members };
}

function databaseOf(
  { database, mysqlInitImage, image }: NacosSpec,
  ownSecret: string,
): EmbeddedDatabase | MysqlDatabase {
  if (database.type !== 'mysql') return { type: 'embedded' };
  const { credentialsSecret: secret } = database;
  return {
    type: 'mysql',
    host: database.mysqlHost ?? '',
    port: database.mysqlPort || '3306',
    name: database.mysqlDb || 'nacos',
    user: { name: secret?.name ?? ownSecret, key: secret?.userKey ?? 'username' },
    password: { name: secret?.name ?? ownSecret, key: secret?.passwordKey ?? 'password' },
    // The official operator's defaults (Kind.go).
    ...(!secret && { plaintext: { user: database.mysqlUser || 'root', password: database.mysqlPassword || '123456' } }),
    parameters: database.parameters || jdbcParameters,
    managedSchema: database.schema !== 'External',
    clientImage: mysqlInitImage || inRegistry(defaultMysqlImage, parseImage(image ?? '').registry),
  };
}

function authenticationOf(
  { spec, metadata }: NacosObject,
  properties: Readonly<Record<string, string>>,
  version: Version,
  profile: Profile,
  names: Instance['names'],
): Authentication {
  const { enabled, token, secretName } = spec.certification ?? {};
  const settings = userSettings(spec, metadata.name);
  const { system, ...found } = access(settings, version, properties);
  if (!profile.authRequired && found.enabled === false) return { enabled, system };
  const secret = secretName || names.authSecret;
  return {
    enabled,
    system,
    token: token ? { name: names.tokenSecret, key: 'token' } : { name: secret, key: 'token' },
    identitySecret: secret,
    ...(token && { plaintextToken: token }),
  };
}

/** The environment as far as it is the user's: of `certification`, `env` and the wrapper, each over the one before. */
function userSettings({ certification, env = [], k8sWrapper }: NacosSpec, container: string): Settings {
  const enabled = certification?.enabled;
  const { containers } = (k8sWrapper?.PodSpec ?? {}) as { containers?: unknown };
  const laidOver = Array.isArray(containers) ? containers.find((one) => one?.name === container) : undefined;
  const variables = [
    ...(enabled === undefined ? [] : [{ name: 'NACOS_AUTH_ENABLE', value: String(enabled) }]),
    ...env,
    ...(Array.isArray(laidOver?.env) ? laidOver.env : []),
  ];
  return { env: variables.filter((one) => typeof one?.name === 'string') };
}
