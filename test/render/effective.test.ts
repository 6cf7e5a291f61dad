import { describe, expect, it } from 'vitest';
import { effectiveOf } from '../../lib/render/effective.js';
import { render } from '../../lib/render/render.js';
import { settingProblems } from '../../lib/render/setting-problems.js';
import { resolve } from '../../lib/resource/resolve.js';
import { child, environmentOf, nacos, onMysql, serverOf } from '../nacos-object.js';

const wrapper = (container: object) => ({ k8sWrapper: { PodSpec: { containers: [{ name: 'n', ...container }] } } });
const variables = (found: Readonly<Record<string, string>>) =>
  Object.entries(found).map(([name, value]) => ({ name, value }));
const problems = (spec: object) => settingProblems(resolve(nacos(spec)));

describe('a context path or a port', () => {
  const path = (spec: object) => {
    const { httpGet } = serverOf(spec).readinessProbe!;
    return `${httpGet!.port}${httpGet!.path}`;
  };

  it.each([
    ['config', { config: 'server.servlet.contextPath=/' }],
    ['config in another spelling', { config: 'server.servlet.context-path=/' }],
    ['env', { env: variables({ SERVER_SERVLET_CONTEXTPATH: '/' }) }],
    ['JAVA_OPT_EXT', { env: variables({ JAVA_OPT_EXT: '--server.servlet.contextPath=/' }) }],
    ['the wrapper', wrapper({ env: variables({ SERVER_SERVLET_CONTEXTPATH: '/' }) })],
  ])('by %s is where the probes of 2.x ask', (_door, spec) => {
    expect(path({ version: '2.3.2', ...spec })).toBe('8848/v1/console/health/readiness');
  });

  it.each([
    ['config', { config: 'nacos.console.port=8090\nnacos.console.contextPath=/nacos' }],
    ['env', { env: variables({ NACOS_CONSOLE_PORT: '8090', NACOS_CONSOLE_CONTEXTPATH: '/nacos' }) }],
  ])('of the console by %s is that of probes, container and Services', (_door, spec) => {
    const all = { version: '3.0.3', console: {}, ...spec };
    expect(path(all)).toBe('8090/nacos/v3/console/health/readiness');
    expect(serverOf(all).ports).toContainEqual({ name: 'console', containerPort: 8090, protocol: 'TCP' });
    const objects = render(nacos(all));
    for (const name of ['n', 'n-console'])
      expect(child(objects, 'Service', name).spec!.ports).toContainEqual({
        name: 'console',
        port: 8090,
        targetPort: 8090,
        protocol: 'TCP',
      });
  });

  it('of a standalone server moves the ports that follow from it', () => {
    const spec = { version: '2.3.2', env: variables({ NACOS_APPLICATION_PORT: '8858' }) };
    const ports = child(render(nacos(spec)), 'Service', 'n').spec!.ports!.map(({ port }) => port);
    expect(ports).toEqual([8858, 9858]);
    expect(problems(spec)).toEqual([]);
  });
});

describe('authentication', () => {
  const secret = (spec: object) => resolve(nacos(spec)).authentication.identitySecret;

  it.each([
    ['the field', { certification: { enabled: true } }],
    ['env', { env: variables({ NACOS_AUTH_ENABLE: 'true' }) }],
    ['env in the form of the property', { env: variables({ NACOS_CORE_AUTH_ENABLED: 'true' }) }],
    ['config', { config: 'nacos.core.auth.enabled=true' }],
    ['the wrapper', wrapper({ env: variables({ NACOS_AUTH_ENABLE: 'true' }) })],
    ['a reference', { env: [{ name: 'NACOS_AUTH_ENABLE', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] }],
  ])('by %s has a token, an identity and an administrator', (_door, spec) => {
    expect(secret({ version: '2.5.1', ...spec })).toBe('n-auth');
    expect(environmentOf({ version: '2.5.1', ...spec })).toHaveProperty('NACOS_AUTH_TOKEN');
  });

  it.each([
    ['nothing', {}],
    ['the field', { certification: { enabled: false } }],
    ['config', { config: 'nacos.core.auth.enabled=false', certification: { enabled: true } }],
  ])('that is off by %s has none', (_door, spec) => {
    expect(secret({ version: '2.5.1', ...spec })).toBeUndefined();
  });

  it("by LDAP or OIDC is found, by the user's own words", () => {
    const env = variables({ NACOS_AUTH_ENABLE: 'true', NACOS_AUTH_SYSTEM_TYPE: 'ldap' });
    expect(resolve(nacos({ version: '2.5.1', env })).authentication.system).toBe('ldap');
  });

  it('has the identity that the servers have, by reference too', () => {
    const spec = { version: '2.5.1', certification: { enabled: true } };
    const { identityKey } = effectiveOf(resolve(nacos(spec))).authentication;
    expect(identityKey.from).toEqual({ secretKeyRef: { name: 'n-auth', key: 'identityKey' } });
    const own = { ...spec, config: 'nacos.core.auth.server.identity.key=inner' };
    expect(effectiveOf(resolve(nacos(own))).authentication.identityKey.value).toBe('inner');
  });
});

describe('parameters of the JDBC URL', () => {
  const env = variables({ MYSQL_SERVICE_DB_PARAM: 'useSSL=true' });

  it("are the user's own, also in env", () => {
    expect(environmentOf({ ...onMysql, env }).MYSQL_SERVICE_DB_PARAM).toBe('useSSL=true');
    expect(problems({ ...onMysql, env })).toEqual([]);
  });

  it('in two places are those of the field, and the other is named', () => {
    const spec = { ...onMysql, env, database: { ...onMysql.database, parameters: 'useSSL=false' } };
    expect(environmentOf(spec).MYSQL_SERVICE_DB_PARAM).toBe('useSSL=false');
    expect(problems(spec).map(({ setting }) => setting)).toEqual(['spec.env MYSQL_SERVICE_DB_PARAM']);
  });
});

describe('what the servers do not get, or what keeps them apart, is named', () => {
  const byReference = { configMapKeyRef: { name: 'a', key: 'b' } };
  const members = { type: 'cluster', version: '2.3.2' };

  it.each<[string, object, string]>([
    ['a variable that a field decides', { env: variables({ MODE: 'cluster' }) }, 'spec.env MODE'],
    [
      'a host of the database in env',
      { ...onMysql, env: variables({ MYSQL_SERVICE_HOST: 'other' }) },
      'spec.env MYSQL_SERVICE_HOST',
    ],
    [
      'a variable of the wrapper that breaks the cluster',
      { ...members, ...wrapper({ env: variables({ NACOS_SERVER_IP: '10.0.0.1' }) }) },
      'spec.k8sWrapper.PodSpec.containers env NACOS_SERVER_IP',
    ],
    [
      'a start command of members',
      { ...members, ...wrapper({ command: ['bash', '-c'] }) },
      'spec.k8sWrapper.PodSpec.containers command',
    ],
    [
      'properties of which the half comes by reference',
      { config: 'a=b', env: [{ name: 'SPRING_APPLICATION_JSON', valueFrom: byReference }] },
      'spec.env SPRING_APPLICATION_JSON',
    ],
    ['one size of the heap alone', { env: variables({ JVM_XMX: '512m' }) }, 'spec.env JVM_XMX'],
    ['a young generation as large as the heap', { env: variables({ JVM_XMN: '1g' }) }, 'spec.env JVM_XMN'],
    ['another port of members', { ...members, env: variables({ NACOS_APPLICATION_PORT: '8858' }) }, 'port 8858'],
    [
      'members from elsewhere',
      { ...members, config: 'nacos.core.member.lookup.type=address-server' },
      'nacos.core.member.lookup.type address-server',
    ],
    ['a URL beside the fields', { ...onMysql, config: 'db.url.0=jdbc:mysql://other/nacos' }, 'db.url.0'],
    [
      'a database of which the spec does not know',
      { env: variables({ SPRING_DATASOURCE_PLATFORM: 'mysql' }) },
      'platform of the database mysql',
    ],
    [
      'options that only the kubelet knows',
      { env: [{ name: 'JAVA_OPT_EXT', valueFrom: byReference }] },
      'spec.env JAVA_OPT_EXT',
    ],
    [
      'a console alone',
      { version: '3.0.3', env: variables({ NACOS_DEPLOYMENT_TYPE: 'console' }) },
      'NACOS_DEPLOYMENT_TYPE console',
    ],
  ])('%s', (_case, spec, setting) => {
    expect(problems(spec).map((problem) => problem.setting)).toContain(setting);
  });

  it.each<[string, object]>([
    ['a plain spec', {}],
    ['a cluster on MySQL', onMysql],
    ['what is the same as ours', { env: variables({ MODE: 'standalone' }) }],
    ['three sizes of the heap', { env: variables({ JVM_XMS: '512m', JVM_XMX: '512m', JVM_XMN: '128m' }) }],
    ['a memory limit', { resources: { limits: { memory: '512Mi' } } }],
    ['a start command of a standalone server', wrapper({ command: ['bash'] })],
    [
      'a schema of a DBA beside a URL',
      { ...onMysql, config: 'db.url.0=a', database: { ...onMysql.database, schema: 'External' } },
    ],
  ])('but nothing of %s', (_case, spec) => {
    for (const version of ['2.0.4', '2.3.2', '3.0.3', '3.3.0'])
      expect([version, problems({ version, ...spec })]).toEqual([version, []]);
  });
});
