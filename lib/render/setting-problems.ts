import type { Container, EnvVar } from 'kubernetes-types/core/v1.js';
import { doorsOf, type Settings } from '../resource/effective/doors.js';
import { endpointsOf, type Instance } from '../resource/resolve.js';
import { endpoints } from '../server/endpoints.js';
import { ports } from '../server/profiles.js';
import { goneSince, newName } from '../server/renamed-settings.js';
import { formatVersion } from '../server/version.js';
import { effectiveOf, serverContainer } from './effective.js';
import { environment, isLaidOver, topologyOf, variable } from './environment.js';

/** A setting of the user that the servers do not get, or that keeps them from working together. */
interface SettingProblem {
  /** Path of the field, and the door within it, such as `spec.env MODE`. */
  readonly setting: string;
  /** What becomes of it, and what to do. */
  readonly message: string;
}

/** What cannot be honoured, in words. Empty for nearly every instance. */
export function settingProblems(instance: Instance): SettingProblem[] {
  return [
    ...replaced(instance),
    ...ofWrapper(instance),
    ...ofHeap(instance),
    ...ofPorts(instance),
    ...ofDatabase(instance),
    ...ofReferences(instance),
    ...ofNames(instance),
    ...ofEndpoints(instance),
  ];
}

/** Fields that decide on variables, in the place of the user's own. */
const fields: Readonly<Record<string, string>> = {
  MODE: 'spec.type',
  FUNCTION_MODE: 'spec.function_mode',
  EMBEDDED_STORAGE: 'spec.database.type',
  SPRING_DATASOURCE_PLATFORM: 'spec.database.type',
  MYSQL_SERVICE_HOST: 'spec.database.mysqlHost',
  MYSQL_SERVICE_PORT: 'spec.database.mysqlPort',
  MYSQL_SERVICE_DB_NAME: 'spec.database.mysqlDb',
  MYSQL_SERVICE_DB_PARAM: 'spec.database.parameters',
  MYSQL_SERVICE_USER: 'spec.database.credentialsSecret',
  MYSQL_SERVICE_PASSWORD: 'spec.database.credentialsSecret',
};

function replaced(instance: Instance): SettingProblem[] {
  const ours = new Map(environment(instance).map((one) => [one.name, one]));
  const lost = topologyOf(instance).flatMap(({ name }) => {
    const own = variable(instance, name);
    if (!own || same(own, ours.get(name))) return [];
    const field = fields[name];
    const remedy = field ? `${field} decides; say it there` : 'it is how members find each other; take it out';
    return [{ setting: `spec.env ${name}`, message: `is not handed on: ${remedy}` }];
  });
  const json = 'SPRING_APPLICATION_JSON';
  if (!variable(instance, json) || isLaidOver(instance) || Object.keys(instance.properties).length === 0) return lost;
  const message = `only the kubelet can read it, so that spec.config cannot be put into it and is not handed on: write the properties into one of the two`;
  return [...lost, { setting: `spec.env ${json}`, message }];
}

/** The API server fills in nothing here: what is there twice was written twice. */
function same(a: EnvVar, b: EnvVar | undefined): boolean {
  return JSON.stringify([a.value, a.valueFrom]) === JSON.stringify([b?.value, b?.valueFrom]);
}

function ofWrapper(instance: Instance): SettingProblem[] {
  const { servers } = instance;
  const container = serverContainer(instance);
  const where = 'spec.k8sWrapper.PodSpec.containers';
  const final = new Map(container.env?.map((one) => [one.name, one]));
  const broken = topologyOf(instance)
    .filter((one) => !same(one, final.get(one.name)))
    .map(({ name }) => ({
      setting: `${where} env ${name}`,
      message: `replaces what ${fields[name] ?? 'gives members their addresses'} says; take it out`,
    }));
  const start: readonly (keyof Container)[] = ['command', 'args'];
  const own = start.filter((field) => container[field] !== undefined);
  if (own.length === 0 || servers.mode === 'standalone') return broken;
  const message =
    'replaces the script that hands the list of members to the server, so that members do not find each other; take it out, and do what it does in an init container or by JAVA_OPT';
  return [...broken, ...own.map((field) => ({ setting: `${where} ${field}`, message }))];
}

function ofHeap(instance: Instance): SettingProblem[] {
  const { initial, maximum, young } = effectiveOf(instance).heap;
  const size = (bytes: number) => `${Math.round(bytes / 2 ** 20)}m`;
  if (maximum === undefined) return [];
  if (initial !== undefined && initial > maximum) {
    const message = `the heap begins with ${size(initial)} (JVM_XMS) and may have ${size(maximum)} (JVM_XMX), with which Java does not start; set JVM_XMS, JVM_XMX and JVM_XMN together`;
    return [{ setting: 'spec.env JVM_XMX', message }];
  }
  if (young !== undefined && young >= maximum) {
    const message = `the young generation has ${size(young)} (JVM_XMN), the whole heap ${size(maximum)} (JVM_XMX), which leaves no room for what is old; set JVM_XMS, JVM_XMX and JVM_XMN together`;
    return [{ setting: 'spec.env JVM_XMN', message }];
  }
  return [];
}

function ofPorts(instance: Instance): SettingProblem[] {
  const { servers, version } = instance;
  const { httpPort, memberLookup, deployment } = effectiveOf(instance);
  const text = formatVersion(version);
  return [
    ...(servers.mode === 'cluster' && httpPort !== ports.http
      ? [
          {
            setting: `port ${httpPort}`,
            message: `members know each other by port ${ports.http}: take NACOS_APPLICATION_PORT, or the property of the port, out; the Services may have any node port`,
          },
        ]
      : []),
    ...(servers.mode === 'cluster' && memberLookup !== undefined && memberLookup !== 'file'
      ? [
          {
            setting: `nacos.core.member.lookup.type ${memberLookup}`,
            message:
              'replaces the list of members that the operator writes, so that no member joins or leaves; take it out',
          },
        ]
      : []),
    ...(instance.profile.consolePort && !['merged', 'server'].includes(deployment)
      ? [
          {
            setting: `NACOS_DEPLOYMENT_TYPE ${deployment}`,
            message: `these are the servers of Nacos ${text}; a separate console is a Deployment of your own, with nacos.console.remote.server.addr`,
          },
        ]
      : []),
  ];
}

function ofDatabase(instance: Instance): SettingProblem[] {
  const { database } = instance;
  const { url, platform } = effectiveOf(instance).database;
  const said = database.type === 'mysql' ? 'mysql' : '';
  return [
    ...(platform !== undefined && platform !== said && !(said === '' && platform === 'derby')
      ? [
          {
            setting: `platform of the database ${platform || '(none)'}`,
            message: `is not what spec.database.type says (${database.type}), by which schema and volumes are made; let both be the same`,
          },
        ]
      : []),
    ...(url && database.type === 'mysql' && database.managedSchema
      ? [
          {
            setting: url.name,
            message:
              'the servers use this URL and the Job that makes the schema spec.database; use its fields, or set spec.database.schema to External',
          },
        ]
      : []),
  ];
}

function ofReferences(instance: Instance): SettingProblem[] {
  const { closed } = effectiveOf(instance);
  return closed
    .filter((door) => door !== 'JAVA_OPT')
    .map((door) => ({
      setting: door === 'envFrom' ? 'spec.k8sWrapper.PodSpec.containers envFrom' : `spec.env ${door}`,
      message:
        'comes by reference: ports, paths and authentication in it are not known here, and taken for those of the version; name them in spec.env or spec.config',
    }));
}

/** Properties in `config` have their new names already. */
function ofNames(instance: Instance): SettingProblem[] {
  const { version, properties } = instance;
  const { variables, options, arguments: words } = doorsOf(serverContainer(instance) as Settings);
  const named = [
    ...[...variables.keys()].map((name) => ({ name, setting: `env ${name}` })),
    ...[...options.keys()].map((name) => ({ name, setting: `env JAVA_OPT -D${name}` })),
    ...[...words.keys()].map((name) => ({ name, setting: `env JAVA_OPT_EXT --${name}` })),
  ];
  const old = named.flatMap(({ name, setting }) => {
    const now = newName(name, version);
    const message = `is the name of before 3.3, and the server's own file wins over it; write ${now} into spec.config`;
    return now ? [{ setting: `spec.${setting}`, message }] : [];
  });
  const configured = Object.keys(properties).map((name) => ({ name, setting: `config ${name}` }));
  const dead = [...named, ...configured].flatMap(({ name, setting }) => {
    const since = goneSince(name, version);
    return since ? [{ setting: `spec.${setting}`, message: `nothing reads it from ${since} on; take it out` }] : [];
  });
  return [...old, ...dead];
}

function ofEndpoints(instance: Instance): SettingProblem[] {
  const { endpoints: on } = effectiveOf(instance);
  return endpointsOf(instance.spec)
    .filter((name) => on[name] === undefined)
    .map((name) => ({
      setting: `spec.endpoints.${name}`,
      message: `is switched off by ${Object.keys(endpoints[name].properties)[0]} elsewhere, and its Service leads nowhere; take one of the two out`,
    }));
}
