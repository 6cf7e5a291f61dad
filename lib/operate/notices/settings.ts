import type { ConditionStatement } from 'cdk8s-reconciler';
import { literal, variable } from '../../render/environment.js';
import { settingProblems } from '../../render/setting-problems.js';
import type { Instance } from '../../resource/resolve.js';
import { atLeast, formatVersion } from '../../server/version.js';
import { fails } from '../statement.js';

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
export function settingsSupported(instance: Instance): ConditionStatement[] {
  const { profile, spec, version } = instance;
  const unknown = [
    ...(profile.consolePort
      ? []
      : sinceConsole.filter((name) => variable(instance, name)).map((name) => needs(`env ${name}`, '3.0'))),
    ...(profile.aiPort ? [] : forAi(instance)),
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
