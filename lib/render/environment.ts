import type { EnvVar } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../resource/quantity.js';
import type { Instance, SecretKey } from '../resource/resolve.js';
import { isRestricted } from './security.js';

/**
 * Environment of a server (nacos-docker: docker-startup.sh and conf/application.properties).
 * The user's own wins, except over what makes the servers find each other and their data.
 */
export function environment(instance: Instance): EnvVar[] {
  const defaults = [...jdbcParameters(instance), ...heap(instance), ...authentication(instance)];
  const fixed = [...topologyOf(instance), ...properties(instance), ...javaOptions(instance)];
  const own = [...users(instance).values()].filter(({ name }) => !fixed.some((variable) => variable.name === name));
  return [...own, ...defaults.filter(({ name }) => !own.some((variable) => variable.name === name)), ...fixed];
}

/** The literal value that the user's environment gives a variable. */
export function literal(instance: Instance, name: string): string | undefined {
  return variable(instance, name)?.value;
}

/** A variable of the user's environment. */
export function variable(instance: Instance, name: string): EnvVar | undefined {
  return users(instance).get(name);
}

/** The user's environment; of a name that is there twice the last counts, as it does for the kubelet. */
function users({ spec }: Instance): ReadonlyMap<string, EnvVar> {
  return new Map(spec.env?.map((variable) => [variable.name, variable as EnvVar]));
}

/** Variables that no variable of the user replaces. */
export function topologyOf(instance: Instance): EnvVar[] {
  return [...topology(instance), ...database(instance)];
}

/** Whether the user's own properties in JSON can be laid over those of `config`. */
export function isLaidOver(instance: Instance): boolean {
  return jsonOf(variable(instance, json)) !== undefined;
}

function topology({ servers, domain, database, spec }: Instance): EnvVar[] {
  const functions =
    spec.function_mode && spec.function_mode !== 'all' ? [{ name: 'FUNCTION_MODE', value: spec.function_mode }] : [];
  if (servers.mode === 'standalone') return [{ name: 'MODE', value: 'standalone' }, ...functions];
  return [
    { name: 'MODE', value: 'cluster' },
    ...functions,
    { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    // A member's identity: must be letter by letter what the member list calls it (nacos: ServerMemberManager.java).
    { name: 'NACOS_SERVER_IP', value: `$(POD_NAME).${asWritten(domain)}` },
    ...(database.type === 'embedded' ? [{ name: 'EMBEDDED_STORAGE', value: 'embedded' }] : []),
  ];
}

function database({ database, spec }: Instance): EnvVar[] {
  if (database.type === 'embedded') return [];
  return [
    { name: 'SPRING_DATASOURCE_PLATFORM', value: 'mysql' },
    { name: 'MYSQL_SERVICE_HOST', value: asWritten(database.host) },
    { name: 'MYSQL_SERVICE_PORT', value: database.port },
    { name: 'MYSQL_SERVICE_DB_NAME', value: asWritten(database.name) },
    ...(spec.database.parameters ? [jdbc(database.parameters)] : []),
    fromSecret('MYSQL_SERVICE_USER', database.user),
    fromSecret('MYSQL_SERVICE_PASSWORD', database.password),
  ];
}

/** The user's own in `env` wins, as with the official operator, which sets none (Kind.go). */
function jdbcParameters({ database, spec }: Instance): EnvVar[] {
  return database.type === 'mysql' && !spec.database.parameters ? [jdbc(database.parameters)] : [];
}

function jdbc(parameters: string): EnvVar {
  return { name: 'MYSQL_SERVICE_DB_PARAM', value: asWritten(parameters) };
}

const json = 'SPRING_APPLICATION_JSON';

/**
 * Spring lets it win over the properties files of the image, keys unchanged (measured on 2.0.4, 2.3.2 and 3.0.3). The
 * user's own JSON is laid over it, as Kubernetes reads it; one that only the kubelet can read is handed on alone.
 */
function properties(instance: Instance): EnvVar[] {
  const ours = Object.entries(instance.properties).map(([key, value]) => [asWritten(key), asWritten(value)]);
  const own = variable(instance, json);
  const parsed = jsonOf(own);
  if (ours.length === 0 || !parsed) return own ? [own] : [];
  return [{ name: json, value: JSON.stringify({ ...Object.fromEntries(ours), ...parsed }) }];
}

/**
 * Undefined for what only the kubelet can read. What is no JSON Spring ignores
 * (SpringApplicationJsonEnvironmentPostProcessor.java).
 */
function jsonOf({ value, valueFrom }: Omit<EnvVar, 'name'> = {}): object | undefined {
  if (valueFrom) return undefined;
  try {
    const parsed: unknown = JSON.parse(value || '{}');
    return typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed ?? {}) : {};
  } catch {
    return value?.includes('$(') ? undefined : {};
  }
}

function authentication({ authentication, spec }: Instance): EnvVar[] {
  const { enabled, token, identitySecret } = authentication;
  const { token_expire_seconds: seconds, cache_enabled: cache } = spec.certification ?? {};
  return [
    ...(enabled === undefined ? [] : [{ name: 'NACOS_AUTH_ENABLE', value: String(enabled) }]),
    ...(token ? [fromSecret('NACOS_AUTH_TOKEN', token)] : []),
    ...(identitySecret
      ? [
          fromSecret('NACOS_AUTH_IDENTITY_KEY', { name: identitySecret, key: 'identityKey' }),
          fromSecret('NACOS_AUTH_IDENTITY_VALUE', { name: identitySecret, key: 'identityValue' }),
        ]
      : []),
    ...(seconds ? [{ name: 'NACOS_AUTH_TOKEN_EXPIRE_SECONDS', value: asWritten(seconds) }] : []),
    ...(cache === undefined ? [] : [{ name: 'NACOS_AUTH_CACHE_ENABLE', value: String(cache) }]),
  ];
}

/** The three sizes belong together: a user who sets one of them sets all. */
function heap(instance: Instance): EnvVar[] {
  const sizes = heapOf(instance.spec.resources?.limits?.memory);
  const names = ['JVM_XMS', 'JVM_XMX', 'JVM_XMN'] as const;
  if (!sizes || names.some((name) => users(instance).has(name))) return [];
  return names.map((name) => ({ name, value: `${name === 'JVM_XMN' ? sizes.young : sizes.heap}m` }));
}

/**
 * A member of an embedded cluster that starts reads its database once Raft has replayed its log, and exits where that
 * takes longer than this time, each time again: seen on 2.3.2 with 5,265 entries and the default of 2 s (jraft:
 * ReadIndexClosure.java). In milliseconds.
 */
const replay = '-Djraft.read-index.timeout=30000';
/** A user that the image does not know has no home; libraries would write their logs to a folder called "?". */
const home = '-Duser.home=/tmp';

/** What the user sets of the same wins, but for the home. */
function javaOptions(instance: Instance): EnvVar[] {
  const { servers, database, spec } = instance;
  const own = users(instance).get('JAVA_OPT');
  if (own?.valueFrom) return [];
  const options = [
    ...(servers.mode === 'cluster' && database.type === 'embedded' ? [replay] : []),
    ...(own?.value ? [own.value] : []),
    ...(isRestricted(spec) ? [home] : []),
  ];
  return options.length > 0 ? [{ name: 'JAVA_OPT', value: options.join(' ') }] : [];
}

export function fromSecret(name: string, secretKeyRef: SecretKey): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secretKeyRef.name, key: secretKeyRef.key } } };
}

/**
 * Sizes of the heap and its young generation in MiB for a memory limit: half of it, since a server also needs
 * metaspace, thread stacks, direct memory and RocksDB's caches. Undefined without a limit: the image has its own
 * default.
 */
function heapOf(limit: string | number | undefined): { readonly heap: number; readonly young: number } | undefined {
  const size = limit === undefined ? undefined : parseQuantity(limit);
  if (!size) return undefined;
  const heap = Math.max(256, Math.floor(size / 2 / 2 ** 20));
  return { heap, young: Math.floor(heap / 2) };
}

/**
 * A user's text as the literal value of a variable, or as a word of a command or its arguments. The kubelet reads
 * references in those (`$(NAME)`, `$$`) and breaks any character beyond ASCII that follows a single `$` (kubernetes:
 * third_party/forked/golang/expansion). Fields that are Kubernetes' own, such as `spec.env`, keep this meaning and are
 * not passed through here.
 */
export function asWritten(text: string): string {
  return text.replaceAll('$', '$$$$');
}
