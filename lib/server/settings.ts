import { atLeast, type Version } from './version.js';

/** How one setting reaches a server, besides the doors that take any property. */
export interface SettingFacts {
  /** Properties that the server asks for, the first that is there wins. */
  readonly properties: readonly string[];
  /** What application.properties of the image says, for the last property, with Spring's placeholders. */
  readonly image?: string;
  /** Variable that the start script turns into a system property of the first name unless it is empty. */
  readonly option?: string;
  /** Whether the server reads it before it has properties: options of the JVM are the only door. */
  readonly early?: true;
  /** What the server takes where nothing is said. */
  readonly fallback: string;
}

export type SettingName =
  | 'httpPort'
  | 'contextPath'
  | 'consolePort'
  | 'consoleContextPath'
  | 'deployment'
  | 'authentication'
  | 'authenticationSystem'
  | 'administration'
  | 'token'
  | 'identityKey'
  | 'identityValue'
  | 'databasePlatform'
  | 'databaseUrl'
  | 'memberLookup'
  | 'ai'
  | 'aiPort'
  | 'dns'
  | 'dnsPort'
  | 'xds'
  | 'xdsPort';

// A binding that is common to all web contexts; from 3.0 on, the console is one of them (nacos: NacosConsole.java,
// NacosServerWebApplication.java).
const bound = 'server.servlet.context-path';
const identity = 'nacos.core.auth.server.identity';

/**
 * Settings that this project has to know, in a version. Sources: nacos-docker at the tag of the version,
 * bin/docker-startup.sh and conf/application.properties; alibaba/nacos, EnvUtil.java, AuthConfigs.java,
 * NacosServerAuthConfig.java, NacosBootstrap.java.
 */
export function settingsOf(version: Version): Readonly<Record<SettingName, SettingFacts>> {
  const has = (since: string) => atLeast(version, since);
  const secret = (variable: string, known: string) =>
    // The image of 2.2.1 alone has no default at all; the others an empty one (nacos-docker: 2.2.0.1, 2.2.1, 2.2.2).
    has('2.2.1') ? `\${${variable}:}` : `\${${variable}:${known}}`;
  const tokenProperty = has('2.1.1')
    ? 'nacos.core.auth.plugin.nacos.token.secret.key'
    : 'nacos.core.auth.default.token.secret.key';
  return {
    httpPort: {
      properties: [has('3.0') ? 'nacos.server.main.port' : 'server.port'],
      image: placeholder('NACOS_APPLICATION_PORT', '8848'),
      fallback: '8848',
    },
    contextPath: {
      properties: has('3.0') ? [bound, 'nacos.server.contextPath'] : [bound],
      image: placeholder('SERVER_SERVLET_CONTEXTPATH', '/nacos'),
      fallback: '/nacos',
    },
    consolePort: {
      properties: ['nacos.console.port'],
      image: placeholder('NACOS_CONSOLE_PORT', '8080'),
      fallback: '8080',
    },
    consoleContextPath: {
      properties: [bound, 'nacos.console.contextPath'],
      image: placeholder('NACOS_CONSOLE_CONTEXTPATH', ''),
      fallback: '',
    },
    deployment: {
      properties: ['nacos.deployment.type'],
      option: 'NACOS_DEPLOYMENT_TYPE',
      early: true,
      fallback: 'merged',
    },
    authentication: {
      properties: ['nacos.core.auth.enabled'],
      option: 'NACOS_AUTH_ENABLE',
      fallback: String(has('3.3')),
    },
    authenticationSystem: {
      properties: [...(has('3.3') ? ['nacos.plugin.auth.type'] : []), 'nacos.core.auth.system.type'],
      image: placeholder('NACOS_AUTH_SYSTEM_TYPE', 'nacos'),
      fallback: 'nacos',
    },
    // Whether APIs for administrators ask for an identity or a login, from 3.0 on.
    administration: {
      properties: ['nacos.core.auth.admin.enabled'],
      image: placeholder('NACOS_AUTH_ADMIN_ENABLE', 'true'),
      fallback: 'true',
    },
    token: {
      properties: [...(has('3.3') ? ['nacos.plugin.auth.nacos.token.secret.key'] : []), tokenProperty],
      image: secret('NACOS_AUTH_TOKEN', 'SecretKey012345678901234567890123456789012345678901234567890123456789'),
      fallback: '',
    },
    identityKey: {
      properties: [`${identity}.key`],
      image: secret('NACOS_AUTH_IDENTITY_KEY', 'serverIdentity'),
      fallback: '',
    },
    identityValue: {
      properties: [`${identity}.value`],
      image: secret('NACOS_AUTH_IDENTITY_VALUE', 'security'),
      fallback: '',
    },
    databasePlatform: {
      properties: [
        ...(has('3.3') ? ['nacos.plugin.datasource-dialect.type'] : []),
        ...(has('2.2') ? ['spring.sql.init.platform'] : []),
        ...(has('3.0') ? [] : ['spring.datasource.platform']),
      ],
      image: placeholder('SPRING_DATASOURCE_PLATFORM', ''),
      fallback: '',
    },
    databaseUrl: {
      properties: [...(has('3.3') ? ['nacos.plugin.datasource.db.url.0'] : []), 'db.url.0'],
      fallback: '',
    },
    memberLookup: { properties: ['nacos.core.member.lookup.type'], fallback: 'file' },
    // The image hands its variables on from 3.2 on; before, there was the property alone.
    ai: {
      properties: ['nacos.ai.mcp.registry.enabled'],
      ...(has('3.2') && { image: placeholder('NACOS_AI_REGISTRY_ENABLED', 'false') }),
      fallback: 'false',
    },
    aiPort: {
      properties: ['nacos.ai.mcp.registry.port'],
      ...(has('3.2') && { image: placeholder('NACOS_AI_REGISTRY_PORT', '9080') }),
      fallback: '9080',
    },
    dns: {
      properties: ['nacos.naming.dns.enabled'],
      ...(has('3.3') && { image: placeholder('NACOS_NAMING_DNS_ENABLED', 'false') }),
      fallback: 'false',
    },
    dnsPort: {
      properties: ['nacos.naming.dns.port'],
      ...(has('3.3') && { image: placeholder('NACOS_NAMING_DNS_PORT', '5353') }),
      fallback: '5353',
    },
    xds: { properties: ['nacos.istio.mcp.server.enabled'], fallback: 'false' },
    // No property of it is known.
    xdsPort: { properties: [], fallback: '18848' },
  };
}

function placeholder(variable: string, otherwise: string): string {
  return `\${${variable}:${otherwise}}`;
}
