import { atLeast, parseVersion, type Version } from './version.js';

/** A property that has another name from a version on; with a dot at the end, all that begin with it. */
interface Renamed {
  readonly since: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Sources: nacos-group.github.io, manual/admin/upgrading 2.1.4 (3.0) and plugin/migration (3.3); nacos:
 * NacosAuthConfig.java of 2.1. From 3.3 on the new name wins even where it is empty, and the server's own file has some
 * of them.
 */
export const renamedSettings: readonly Renamed[] = [
  { since: '2.1', from: 'nacos.core.auth.default.token.', to: 'nacos.core.auth.plugin.nacos.token.' },
  // The old two are bindings of every web context, of which 3.0 has two: server and console would take one port.
  { since: '3.0', from: 'server.port', to: 'nacos.server.main.port' },
  { since: '3.0', from: 'server.servlet.contextPath', to: 'nacos.server.contextPath' },
  { since: '3.0', from: 'server.servlet.context-path', to: 'nacos.server.contextPath' },
  { since: '3.3', from: 'nacos.core.auth.system.type', to: 'nacos.plugin.auth.type' },
  { since: '3.3', from: 'nacos.core.auth.caching.enabled', to: 'nacos.plugin.auth.nacos.caching.enabled' },
  { since: '3.3', from: 'nacos.core.auth.plugin.nacos.', to: 'nacos.plugin.auth.nacos.' },
  { since: '3.3', from: 'nacos.core.auth.ldap.', to: 'nacos.plugin.auth.ldap.' },
  { since: '3.3', from: 'nacos.core.auth.plugin.oidc.', to: 'nacos.plugin.auth.oidc.' },
  { since: '3.3', from: 'spring.sql.init.platform', to: 'nacos.plugin.datasource-dialect.type' },
  { since: '3.3', from: 'spring.datasource.platform', to: 'nacos.plugin.datasource-dialect.type' },
  { since: '3.3', from: 'db.', to: 'nacos.plugin.datasource.db.' },
  { since: '3.3', from: 'nacos.plugin.control.manager.type', to: 'nacos.plugin.control.type' },
];

/** Properties under the names that a version reads; what already has such a name wins over what gets it. */
export function renamed(
  properties: Readonly<Record<string, string>>,
  version: Version,
): Readonly<Record<string, string>> {
  const rules = renamedSettings.filter(({ since }) => atLeast(version, since));
  const moved = Object.entries(properties).map(([name, value]) => {
    const now = rules.reduce(rename, name);
    return [now, properties[now] ?? value] as const;
  });
  return Object.fromEntries(moved);
}

function rename(name: string, { from, to }: Renamed): string {
  if (!from.endsWith('.')) return name === from ? to : name;
  return name.startsWith(from) ? to + name.slice(from.length) : name;
}

/** Where the server's own file wins over an old name: it has the new one. */
const ownFileSince = '3.3';
const ofOwnFile = renamedSettings
  .filter(({ since }) => atLeast(parseVersion(since)!, ownFileSince))
  .map((rule) => ({ ...rule, variable: variableOf(rule.from) }));

/** Beginnings of names that other programs use too, and what follows them in Nacos. */
const shared: Readonly<Record<string, RegExp>> = { DB_: /^DB_(NUM|URL|USER|PASSWORD|POOL)(_|$)/ };

/** A variable that the image's own file reads, in all versions (nacos-docker: conf/application.properties). */
const ofImage = 'SPRING_DATASOURCE_PLATFORM';

/**
 * The new name of what a variable, an option of Java or an argument gives under an old one that the server's own file
 * wins over; with `*` for a group.
 */
export function newName(name: string, version: Version): string | undefined {
  if (name === ofImage) return undefined;
  const found = ofOwnFile.find(({ from, variable, since }) => {
    const named = from.endsWith('.')
      ? name.startsWith(from) || (shared[variable]?.test(name) ?? name.startsWith(variable))
      : name === from || name === variable;
    return named && atLeast(version, since);
  });
  return found && (found.to.endsWith('.') ? `${found.to}*` : found.to);
}

/** Properties that a version reads under no name any more (nacos-group.github.io: manual/admin/upgrading of 3.3). */
const gone: readonly { readonly name: string; readonly since: string }[] = [
  { name: 'nacos.config.namespace.compatible.mode', since: '3.3' },
];

/** Version from which on nothing reads a property or the variable of that name; undefined where it is read. */
export function goneSince(name: string, version: Version): string | undefined {
  const is = (property: string) => name === property || name === variableOf(property);
  return gone.find((one) => is(one.name) && atLeast(version, one.since))?.since;
}

/** `a.b` as a variable. */
function variableOf(property: string): string {
  return property.replaceAll('.', '_').toUpperCase();
}
