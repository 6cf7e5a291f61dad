import type { ConditionStatement } from 'cdk8s-reconciler';
import { effectiveOf } from '../../render/effective.js';
import { literal, variable } from '../../render/environment.js';
import { settingProblems } from '../../render/setting-problems.js';
import { endpointsOf, type Instance } from '../../resource/resolve.js';
import { endpoints } from '../../server/endpoints.js';
import { isUnknown, newestLine } from '../../server/profiles.js';
import { atLeast, formatVersion } from '../../server/version.js';
import { fails } from '../feature.js';
import type { Observed } from '../observed.js';
import { vulnerable } from './vulnerable.js';

/** Conditions that do the servers no harm. */
export function notices(instance: Instance, observed: Observed): ConditionStatement[] {
  return [
    ...vulnerable(instance, observed),
    ...secretsProtected(instance),
    ...credentialsPrivate(instance, observed),
    ...sizeOdd(instance),
    ...settingsSupported(instance),
    ...clientsLogIn(instance),
    ...stateKept(instance),
    ...versionManaged(instance),
    ...versionKnown(instance),
  ];
}

/**
 * Variables that only images from 3.0 on read (nacos-docker: docker-startup.sh and conf/application.properties of 2.5
 * and 3.0).
 */
const sinceConsole = [
  'NACOS_DEPLOYMENT_TYPE',
  'NACOS_CONSOLE_PORT',
  'NACOS_CONSOLE_CONTEXTPATH',
  'NACOS_AUTH_ADMIN_ENABLE',
  'NACOS_AUTH_CONSOLE_ENABLE',
];

/** Present only while the spec asks for what the version does not know, or for what cannot be honoured. */
function settingsSupported(instance: Instance): ConditionStatement[] {
  const { profile, spec, version } = instance;
  const unknown = [
    ...(profile.consolePort
      ? []
      : sinceConsole.filter((name) => variable(instance, name)).map((name) => needs(`env ${name}`, '3.0'))),
    ...(profile.aiPort ? [] : forAi(instance)),
    ...endpointsOf(spec)
      .filter((name) => !atLeast(version, endpoints[name].since))
      .map((name) => needs(`endpoints.${name}`, endpoints[name].since)),
    // nacos-docker: docker-startup.sh of v3.2.2 knows naming and config, that of v3.2.3 all four.
    ...(!atLeast(version, '3.2.3') && ['microservice', 'ai'].includes(spec.function_mode ?? '')
      ? [needs(`function_mode ${spec.function_mode}`, '3.2.3')]
      : []),
  ];
  const refused = settingProblems(instance).map(({ setting, message }) => `${setting}: ${message}`);
  if (refused.length > 0) return [fails('SettingsSupported', 'NotHonoured', refused.join('; '))];
  if (unknown.length === 0) return [];
  const message = `Nacos ${formatVersion(version)} ignores ${unknown.join(', ')}; take it out of the spec, or use such a version`;
  return [fails('SettingsSupported', 'NeedsNewerVersion', message)];
}

function forAi(instance: Instance): string[] {
  return literal(instance, 'NACOS_AI_REGISTRY_ENABLED') === 'true'
    ? [needs('env NACOS_AI_REGISTRY_ENABLED', '3.2')]
    : [];
}

function needs(setting: string, version: string): string {
  return `spec.${setting} (from ${version} on)`;
}

/** What changes a key, and what that means for applications. */
const changes: Readonly<Record<string, string>> = {
  token:
    'token ($(openssl rand -base64 32)) lets others sign in as any user: servers are replaced one after the other, and applications log in again',
  administratorPassword:
    'administratorPassword is the one that every Nacos begins with: give applications that log in as nacos a user of their own first, as the operator changes it on the servers at once',
};

/** Present only while servers use credentials that are printed in documents, as after another operator. */
function credentialsPrivate(
  { authentication, namespace }: Instance,
  { credentials }: Pick<Observed, 'credentials'>,
): ConditionStatement[] {
  const { identitySecret: secret, plaintextToken } = authentication;
  const keys = (credentials?.known ?? []).filter((key) => key !== 'token' || !plaintextToken);
  if (!secret || keys.length === 0) return [];
  const list = keys.map((key) => changes[key]).join('; ');
  const message = `kept as applications use them, and known to the world: in Secret ${secret}, ${list}. When it suits: kubectl patch secret ${secret} -n ${namespace} -p '{"stringData":{"KEY":"VALUE"}}'`;
  return [fails('CredentialsPrivate', 'KnownValues', message)];
}

/** Present only while clients need no login: so it is said, or the version's default, or was before an upgrade. */
function clientsLogIn(instance: Instance): ConditionStatement[] {
  const { authentication, version } = instance;
  if (!authentication.keptOff && effectiveOf(instance).authentication.enabled !== false) return [];
  if (!authentication.keptOff) {
    const message =
      'all who reach port 8848 read and change configurations, and register services: give every client a user and a password, then set spec.certification.enabled to true';
    return [fails('ClientsLogIn', 'Off', message)];
  }
  const message = `Nacos ${formatVersion(version)} asks clients for a login by default; these servers asked for none before, so it is kept off. Give every client a user and a password first, then set spec.certification.enabled to true; false keeps it off for good`;
  return [fails('ClientsLogIn', 'KeptOff', message)];
}

/** Present only while an embedded cluster has an even number of members, as one that another operator has made may. */
function sizeOdd({ servers, database }: Instance): ConditionStatement[] {
  if (servers.mode === 'standalone' || database.type !== 'embedded' || servers.desired % 2 === 1) return [];
  const { desired } = servers;
  const fewer = desired === 2 ? 'one does' : `${desired - 1} do`;
  const message = `${desired} members are kept as they are, and bear no more failures than ${fewer}: set spec.replicas to ${desired + 1} or ${desired - 1}`;
  return [fails('SizeOdd', 'EvenSize', message)];
}

/** Present only where members on MySQL keep something in their data folder, and have no volume for it. */
function stateKept({ hasVolumes, profile, database, version }: Instance): ConditionStatement[] {
  if (hasVolumes || !profile.keepsState || database.type !== 'mysql') return [];
  const message = `Nacos ${formatVersion(version)} keeps what is set for its plugins in the data folder, which is lost with the pod: set spec.volume.enabled to true`;
  return [fails('StateKept', 'NoVolume', message)];
}

/** Present only for servers of a newer line than the newest that is described. */
function versionKnown({ version }: Instance): ConditionStatement[] {
  if (!isUnknown(version)) return [];
  const message = `Nacos ${formatVersion(version)} is newer than what this operator knows, and is managed like ${newestLine}: whether ports, probes, tables and settings are the same is not known; see docs/versions.md, and try it on a copy first`;
  return [fails('VersionKnown', 'NewerThanKnown', message)];
}

/** Present only for servers of before 2.0, which run and are not looked after further. */
function versionManaged({ profile, version }: Instance): ConditionStatement[] {
  if (profile.managed) return [];
  const message = `Nacos ${formatVersion(version)} is run but not managed: pods, Services and tables are kept as they should be, while health of the members, scaling and upgrades are up to you; move to 2.x by way of 2.0 or 2.1, or say in spec.version which version the image is`;
  return [fails('VersionManaged', 'UnsupportedVersion', message)];
}

/** Present only while the spec holds secrets; does no harm to the servers. */
function secretsProtected({ database, authentication }: Instance): ConditionStatement[] {
  const inSpec = [
    ...(database.type === 'mysql' && database.plaintext
      ? [
          'the database password: put username and password into a Secret, name it in spec.database.credentialsSecret and remove mysqlUser and mysqlPassword',
        ]
      : []),
    ...(authentication.plaintextToken
      ? [
          'the token: put it into a Secret with the other keys, name it in spec.certification.secretName and remove token',
        ]
      : []),
  ];
  if (inSpec.length === 0) return [];
  return [
    fails(
      'SecretsProtected',
      'PlaintextInSpec',
      `all users who may read this object can read ${inSpec.join('; and ')}`,
    ),
  ];
}
