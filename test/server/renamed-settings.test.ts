import { describe, expect, it } from 'vitest';
import { newName, renamed, renamedSettings } from '../../lib/server/renamed-settings.js';
import { parseVersion } from '../../lib/server/version.js';

const of = (properties: Record<string, string>, version: string) => renamed(properties, parseVersion(version)!);

describe('a property that has another name from a version on', () => {
  it.each(renamedSettings)('$from is $to from $since on, and itself before', ({ from, to, since }) => {
    const [old, now] = from.endsWith('.') ? [`${from}a.b`, `${to}a.b`] : [from, to];
    expect(of({ [old]: '1', other: '2' }, since)).toEqual({ [now]: '1', other: '2' });
    const before = since.replace(/\d+$/, (minor) => String(Number(minor) - 1)).replace(/^3\.-1/, '2.5');
    expect(of({ [old]: '1' }, before)).toHaveProperty([old], '1');
  });

  it('gives way to the new name where both are there', () => {
    const both = { 'nacos.core.auth.system.type': 'ldap', 'nacos.plugin.auth.type': 'oidc' };
    expect(of(both, '3.3.0')).toEqual({ 'nacos.plugin.auth.type': 'oidc' });
    expect(of({ ...both, 'nacos.plugin.auth.type': '' }, '3.3.0')).toEqual({ 'nacos.plugin.auth.type': '' });
  });

  it('is followed over several versions', () => {
    expect(of({ 'nacos.core.auth.default.token.secret.key': 'a' }, '3.3.0')).toEqual({
      'nacos.plugin.auth.nacos.token.secret.key': 'a',
    });
  });
});

describe('a variable, an option of Java or an argument of an old name', () => {
  it.each([
    ['NACOS_CORE_AUTH_SYSTEM_TYPE', 'nacos.plugin.auth.type'],
    ['nacos.core.auth.ldap.url', 'nacos.plugin.auth.ldap.*'],
    ['DB_URL_0', 'nacos.plugin.datasource.db.*'],
    ['SPRING_SQL_INIT_PLATFORM', 'nacos.plugin.datasource-dialect.type'],
  ])('%s is known to be %s from 3.3 on, and itself before', (name, now) => {
    expect(newName(name, parseVersion('3.3.0')!)).toBe(now);
    expect(newName(name, parseVersion('3.2.3')!)).toBeUndefined();
  });

  it.each(['DB_HOST', 'NACOS_AUTH_SYSTEM_TYPE', 'SERVER_SERVLET_CONTEXTPATH', 'NACOS_AUTH_ENABLE'])(
    '%s is none',
    (name) => expect(newName(name, parseVersion('3.3.0')!)).toBeUndefined(),
  );
});
