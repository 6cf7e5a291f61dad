import { type Endpoint, endpointNames } from '../../server/endpoints.js';
import { type SettingFacts, type SettingName, settingsOf } from '../../server/settings.js';
import { atLeast, type Version } from '../../server/version.js';
import { type Doors, doorsOf, lookup, type Setting, type Settings } from './doors.js';

/** Whether clients must log in, as the server will see it. */
interface Access {
  /** Whether clients must log in; undefined where it comes by reference. Until the server says so, take it for yes. */
  readonly enabled: boolean | undefined;
  /** Whether nothing is said of that by any door that is known, so that the version decides. */
  readonly byDefault: boolean;
  /**
   * The store of users: `nacos`, which has an administrator to be made, or `ldap`, `oidc` and others; undefined by
   * reference.
   */
  readonly system: string | undefined;
}

interface EffectiveAuthentication extends Access {
  /** Whether APIs for administrators ask for an identity or a login, from 3.0 on; undefined by reference. */
  readonly administration: boolean | undefined;
  readonly token: Setting;
  /** Name and value of the header by which servers know each other. */
  readonly identityKey: Setting;
  readonly identityValue: Setting;
}

/** What a server will believe once it has started, by whatever door it was set. */
export interface Effective {
  readonly httpPort: number;
  /** Of the HTTP port; empty for the root, otherwise with a slash in front and none at the end. */
  readonly contextPath: string;
  /** Where the console listens on a port of its own, from 3.0 on; absent where it runs elsewhere. */
  readonly console?: { readonly port: number; readonly contextPath: string };
  /** Ports of what is switched on. */
  readonly endpoints: { readonly [name in Endpoint]?: number };
  /** Which parts of Nacos run: `merged`, `server`, `console`. */
  readonly deployment: string;
  readonly authentication: EffectiveAuthentication;
  readonly database: {
    /** `mysql`, or empty for the embedded one; undefined by reference. */
    readonly platform: string | undefined;
    /** A JDBC URL of the user's own, which replaces host, port, name and parameters. */
    readonly url?: Setting;
  };
  readonly heap: Heap;
  /** Where members come from: `file` is the list that is handed on to them. */
  readonly memberLookup: string | undefined;
  /** Doors with content that comes by reference: what they set is not counted here. */
  readonly closed: readonly string[];
  /** Settings that are known to come by reference only, by name. */
  readonly unknown: readonly SettingName[];
}

/**
 * What a server will believe. Pure; nothing is read from the cluster.
 *
 * @param container that of the server, finished: with everything that a user lays over it
 */
export function effective(container: Settings, version: Version): Effective {
  const doors = doorsOf(container);
  const settingFor = lookup(doors);
  const facts = settingsOf(version);
  const found = Object.fromEntries(
    Object.entries<SettingFacts>(facts).map(([name, fact]) => [name, settingFor(fact)]),
  ) as Record<SettingName, Setting>;
  const text = (name: SettingName) => found[name].value ?? facts[name].fallback;
  const port = (name: SettingName) => Number(text(name)) || Number(facts[name].fallback);
  const console = atLeast(version, '3.0') && text('deployment') !== 'server';
  return {
    httpPort: port('httpPort'),
    contextPath: path(text('contextPath')),
    ...(console && { console: { port: port('consolePort'), contextPath: path(text('consoleContextPath')) } }),
    endpoints: Object.fromEntries(
      endpointNames.filter((name) => flag(found[name])).map((name) => [name, port(`${name}Port`)]),
    ),
    deployment: text('deployment'),
    authentication: {
      ...accessOf(found.authentication, found.authenticationSystem),
      administration: flag(found.administration),
      token: found.token,
      identityKey: found.identityKey,
      identityValue: found.identityValue,
    },
    database: {
      platform: found.databasePlatform.value?.toLowerCase(),
      ...(found.databaseUrl.door !== 'image' && { url: found.databaseUrl }),
    },
    heap: heap(doors, version),
    memberLookup: found.memberLookup.value,
    closed: doors.closed,
    unknown: (Object.keys(found) as SettingName[]).filter((name) => found[name].value === undefined),
  };
}

/**
 * Whether clients must log in, by an environment that is not finished yet.
 *
 * @param properties that are not in the environment yet
 */
export function access(container: Settings, version: Version, properties: Readonly<Record<string, string>>): Access {
  const settingFor = lookup(doorsOf(container, properties));
  const { authentication, authenticationSystem } = settingsOf(version);
  return accessOf(settingFor(authentication), settingFor(authenticationSystem));
}

function accessOf(enabled: Setting, system: Setting): Access {
  return { enabled: flag(enabled), byDefault: enabled.door === 'image', system: system.value?.toLowerCase() };
}

/** As Spring converts a text (StringToBooleanConverter.java). */
function flag({ value }: Setting): boolean | undefined {
  if (value === undefined) return undefined;
  return ['true', 'on', 'yes', '1'].includes(value.trim().toLowerCase());
}

function path(value: string): string {
  const bare = value.replace(/^\/+|\/+$/g, '');
  return bare && `/${bare}`;
}

/** Sizes of the heap in bytes; undefined where the JVM decides, or where they come by reference. */
interface Heap {
  readonly initial?: number;
  readonly maximum?: number;
  readonly young?: number;
}

// nacos-docker: Dockerfile.
const image = { JVM_XMS: '1g', JVM_XMX: '1g', JVM_XMN: '512m' } as const;

/**
 * The start script adds its three sizes behind `JAVA_OPT`, and of an option that is there twice the JVM takes the last.
 */
export function heap(doors: Doors, version: Version): Heap {
  const size = (variable: keyof typeof image, option: string) => {
    const { value = image[variable], from } = doors.variables.get(variable) ?? {};
    if (from) return undefined;
    // From 2.5 on an empty one leaves the option away; before, the JVM does not start (nacos-docker: docker-startup.sh
    // of 2.5.0).
    if (value === '' && atLeast(version, '2.5')) return bytes(inOptions(doors, option));
    return bytes(value);
  };
  return clean({ initial: size('JVM_XMS', 'Xms'), maximum: size('JVM_XMX', 'Xmx'), young: size('JVM_XMN', 'Xmn') });
}

function inOptions({ variables }: Doors, option: string): string {
  const words = (variables.get('JAVA_OPT')?.value ?? '').split(/\s+/);
  return words.findLast((word) => word.startsWith(`-${option}`))?.slice(option.length + 1) ?? '';
}

function bytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kKmMgGtT]?)$/.exec(text.trim()) ?? [];
  if (!number) return undefined;
  return Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase());
}

function clean(heap: { [size in keyof Heap]: number | undefined }): Heap {
  return Object.fromEntries(Object.entries(heap).filter(([, size]) => size !== undefined));
}
