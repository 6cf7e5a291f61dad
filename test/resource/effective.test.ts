import { describe, expect, it } from 'vitest';
import { type Effective, effective } from '../../lib/resource/effective/effective.js';
import { parseVersion } from '../../lib/server/version.js';

/** A version of each image whose start script or properties differ. */
const versions = ['2.0.4', '2.1.2', '2.2.0', '2.2.3', '2.3.2', '2.5.1', '3.0.3', '3.1.2', '3.2.3', '3.3.0'] as const;
const of = (version: string, variables: Readonly<Record<string, string>>) =>
  effective({ env: Object.entries(variables).map(([name, value]) => ({ name, value })) }, parseVersion(version)!);

/** Each door with a property and its value. */
const doors = {
  JAVA_OPT_EXT: (name: string, value: string) => ({ JAVA_OPT_EXT: `--a=b --${name}=${value}` }),
  config: (name: string, value: string) => ({ SPRING_APPLICATION_JSON: JSON.stringify({ [name]: value }) }),
  'config as a tree': (name: string, value: string) => ({
    SPRING_APPLICATION_JSON: JSON.stringify(
      name.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value),
    ),
  }),
  JAVA_OPT: (name: string, value: string) => ({ JAVA_OPT: `-Xss1m -D${name}=other -D${name}=${value}` }),
  variable: (name: string, value: string) => ({ [name.replaceAll('.', '_').replaceAll('-', '').toUpperCase()]: value }),
} as const;
const everyDoor = Object.keys(doors) as (keyof typeof doors)[];

interface Row {
  readonly setting: string;
  /** The first versions that the row is for, and the first that it is not for any more. */
  readonly since?: string;
  readonly until?: string;
  readonly property: string;
  /** Variable of the image. */
  readonly image?: string;
  readonly value: string;
  readonly read: (found: Effective) => unknown;
  readonly standard: unknown;
  readonly expected: unknown;
  /** Doors that the server does not look at. */
  readonly dead?: readonly (keyof typeof doors)[];
}

const rows: readonly Row[] = [
  {
    setting: 'port of HTTP',
    until: '3.0',
    property: 'server.port',
    image: 'NACOS_APPLICATION_PORT',
    value: '8858',
    read: ({ httpPort }) => httpPort,
    standard: 8848,
    expected: 8858,
  },
  {
    setting: 'port of HTTP',
    since: '3.0',
    property: 'nacos.server.main.port',
    image: 'NACOS_APPLICATION_PORT',
    value: '8858',
    read: ({ httpPort }) => httpPort,
    standard: 8848,
    expected: 8858,
  },
  {
    setting: 'context path',
    property: 'server.servlet.context-path',
    image: 'SERVER_SERVLET_CONTEXTPATH',
    value: '/',
    read: ({ contextPath }) => contextPath,
    standard: '/nacos',
    expected: '',
  },
  {
    setting: 'context path',
    since: '3.0',
    property: 'nacos.server.contextPath',
    value: '/other/',
    read: ({ contextPath }) => contextPath,
    standard: '/nacos',
    expected: '/other',
  },
  {
    setting: 'port of the console',
    since: '3.0',
    property: 'nacos.console.port',
    image: 'NACOS_CONSOLE_PORT',
    value: '8090',
    read: ({ console }) => console?.port,
    standard: 8080,
    expected: 8090,
  },
  {
    setting: 'context path of the console',
    since: '3.0',
    property: 'nacos.console.contextPath',
    image: 'NACOS_CONSOLE_CONTEXTPATH',
    value: '/nacos',
    read: ({ console }) => console?.contextPath,
    standard: '',
    expected: '/nacos',
  },
  {
    setting: 'parts that run',
    since: '3.0',
    property: 'nacos.deployment.type',
    image: 'NACOS_DEPLOYMENT_TYPE',
    value: 'server',
    read: ({ deployment, console }) => [deployment, console !== undefined],
    standard: ['merged', true],
    expected: ['server', false],
    // Read before there are properties; the variable is the image's.
    dead: ['JAVA_OPT_EXT', 'config', 'config as a tree'],
  },
  {
    setting: 'authentication',
    until: '3.3',
    property: 'nacos.core.auth.enabled',
    image: 'NACOS_AUTH_ENABLE',
    value: 'true',
    read: ({ authentication }) => authentication.enabled,
    standard: false,
    expected: true,
  },
  {
    setting: 'authentication',
    since: '3.3',
    property: 'nacos.core.auth.enabled',
    image: 'NACOS_AUTH_ENABLE',
    value: 'false',
    read: ({ authentication }) => authentication.enabled,
    standard: true,
    expected: false,
  },
  {
    setting: 'system of users',
    property: 'nacos.core.auth.system.type',
    image: 'NACOS_AUTH_SYSTEM_TYPE',
    value: 'LDAP',
    read: ({ authentication }) => authentication.system,
    standard: 'nacos',
    expected: 'ldap',
  },
  {
    setting: 'system of users',
    since: '3.3',
    property: 'nacos.plugin.auth.type',
    value: 'oidc',
    read: ({ authentication }) => authentication.system,
    standard: 'nacos',
    expected: 'oidc',
  },
  {
    setting: 'identity',
    since: '2.2.2',
    property: 'nacos.core.auth.server.identity.key',
    image: 'NACOS_AUTH_IDENTITY_KEY',
    value: 'inner',
    read: ({ authentication }) => authentication.identityKey.value,
    standard: '',
    expected: 'inner',
  },
  {
    setting: 'identity',
    until: '2.2.1',
    property: 'nacos.core.auth.server.identity.key',
    image: 'NACOS_AUTH_IDENTITY_KEY',
    value: 'inner',
    read: ({ authentication }) => authentication.identityKey.value,
    standard: 'serverIdentity',
    expected: 'inner',
  },
  {
    setting: 'token',
    since: '2.2.2',
    property: 'nacos.core.auth.plugin.nacos.token.secret.key',
    image: 'NACOS_AUTH_TOKEN',
    value: 'dG9rZW4',
    read: ({ authentication }) => authentication.token.value,
    standard: '',
    expected: 'dG9rZW4',
  },
  {
    setting: 'platform of the database',
    until: '2.2',
    property: 'spring.datasource.platform',
    image: 'SPRING_DATASOURCE_PLATFORM',
    value: 'mysql',
    read: ({ database }) => database.platform,
    standard: '',
    expected: 'mysql',
  },
  {
    setting: 'platform of the database',
    since: '2.2',
    property: 'spring.sql.init.platform',
    image: 'SPRING_DATASOURCE_PLATFORM',
    value: 'mysql',
    read: ({ database }) => database.platform,
    standard: '',
    expected: 'mysql',
  },
  {
    setting: 'URL of the database',
    property: 'db.url.0',
    value: 'jdbc:mysql://other/nacos',
    read: ({ database }) => database.url?.value,
    standard: undefined,
    expected: 'jdbc:mysql://other/nacos',
  },
  {
    setting: 'origin of members',
    property: 'nacos.core.member.lookup.type',
    value: 'address-server',
    read: ({ memberLookup }) => memberLookup,
    standard: 'file',
    expected: 'address-server',
  },
  {
    setting: 'registry for AI',
    since: '3.2',
    property: 'nacos.ai.mcp.registry.enabled',
    image: 'NACOS_AI_REGISTRY_ENABLED',
    value: 'true',
    read: ({ endpoints }) => endpoints.ai,
    standard: undefined,
    expected: 9080,
  },
  {
    setting: 'DNS',
    since: '3.3',
    property: 'nacos.naming.dns.enabled',
    image: 'NACOS_NAMING_DNS_ENABLED',
    value: 'true',
    read: ({ endpoints }) => endpoints.dns,
    standard: undefined,
    expected: 5353,
  },
  {
    setting: 'xDS',
    property: 'nacos.istio.mcp.server.enabled',
    value: 'true',
    read: ({ endpoints }) => endpoints.xds,
    standard: undefined,
    expected: 18848,
  },
];

const number = (version: string) =>
  version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0) * (version.split('.').length === 2 ? 1000 : 1);
const table = rows.flatMap((row) =>
  versions
    .filter((version) => number(version) >= number(row.since ?? '0.0') && number(version) < number(row.until ?? '9.0'))
    .map((version) => ({ ...row, version, title: `${row.setting} by ${row.property} of ${version}` })),
);

describe.each(table)('$title', ({ version, property, image, value, read, standard, expected, dead = [] }) => {
  it('is the standard where nothing is said', () => expect(read(of(version, {}))).toEqual(standard));

  it('is what each door says, but for those that the server does not look at', () => {
    const found = everyDoor.map((door) => [door, read(of(version, doors[door](property, value)))]);
    const isDead = (door: keyof typeof doors) => dead.includes(door);
    expect(found).toEqual(everyDoor.map((door) => [door, isDead(door) ? standard : expected]));
  });

  it('is what the variable of the image says', () => {
    if (image) expect(read(of(version, { [image]: value }))).toEqual(expected);
  });

  it('is what the stronger door says where two differ', () => {
    const live = everyDoor.filter(
      (door) => !dead.includes(door) && door !== 'config as a tree' && !(door === 'variable' && dead.length > 0),
    );
    for (const [index, strong] of live.entries())
      for (const weak of live.slice(index + 1))
        expect([
          strong,
          weak,
          read(of(version, { ...doors[weak](property, '1'), ...doors[strong](property, value) })),
        ]).toEqual([strong, weak, expected]);
  });
});

describe('what a server will believe', () => {
  it('follows placeholders of Spring and references of Kubernetes', () => {
    const env = [
      { name: 'FLAG', value: 'true' },
      { name: 'COPY', value: '$(FLAG)' },
      { name: 'SPRING_APPLICATION_JSON', value: '{"nacos.core.auth.enabled":"$${COPY:false}"}' },
    ];
    const { authentication } = effective({ env }, parseVersion('2.5.1')!);
    expect(authentication.enabled).toBe(true);
  });

  it('is not known where it comes by reference, and says from where', () => {
    const from = { secretKeyRef: { name: 'own', key: 'token' } };
    const env = ['NACOS_AUTH_ENABLE', 'NACOS_AUTH_TOKEN', 'JAVA_OPT_EXT'].map((name) => ({ name, valueFrom: from }));
    const found = effective({ env }, parseVersion('2.5.1')!);
    expect(found.authentication).toMatchObject({ enabled: undefined, token: { name: 'NACOS_AUTH_TOKEN', from } });
    expect(found.closed).toEqual(['JAVA_OPT_EXT']);
  });

  it('has the default of the image where a variable of the script is empty', () => {
    expect(of('2.5.1', { NACOS_AUTH_ENABLE: '' }).authentication.enabled).toBe(false);
    expect(of('3.3.0', { NACOS_AUTH_ENABLE: '' }).authentication.enabled).toBe(true);
  });

  it('from 3.3 on has the new key first, even where it is empty', () => {
    const json = JSON.stringify({ 'nacos.plugin.auth.type': '', 'nacos.core.auth.system.type': 'ldap' });
    expect(of('3.3.0', { SPRING_APPLICATION_JSON: json }).authentication.system).toBe('');
    expect(of('3.2.3', { SPRING_APPLICATION_JSON: json }).authentication.system).toBe('ldap');
  });

  it('takes the console for one more web context of 3.x, to which a binding of all of them counts', () => {
    expect(of('3.0.3', { SERVER_SERVLET_CONTEXTPATH: '/a' }).console?.contextPath).toBe('/a');
  });

  it.each([
    ['2.3.2', {}, { initial: 2 ** 30, maximum: 2 ** 30, young: 2 ** 29 }],
    ['2.3.2', { JVM_XMX: '256m' }, { initial: 2 ** 30, maximum: 2 ** 28, young: 2 ** 29 }],
    ['3.0.3', { JVM_XMX: '', JVM_XMS: '', JVM_XMN: '', JAVA_OPT: '-Xmx2g' }, { maximum: 2 ** 31 }],
    ['3.0.3', { JAVA_OPT: '-Xmx2g' }, { initial: 2 ** 30, maximum: 2 ** 30, young: 2 ** 29 }],
  ])('has the heap that the script of %s makes of %j', (version, variables, heap) => {
    expect(of(version, variables as unknown as Record<string, string>).heap).toEqual(heap);
  });
});
