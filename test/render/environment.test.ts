import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, environmentOf, nacos, onMysql, serverOf, statefulSetOf } from '../nacos-object.js';

const cluster = { type: 'cluster' };
const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });

describe('the environment of', () => {
  it('a standalone server says so and gives it no name of its own', () => {
    const environment = environmentOf({ version: '2.3.2' });
    expect(environment).toEqual({ MODE: 'standalone' });
  });

  it('a member makes its DNS name its identity', () => {
    const environment = environmentOf({ ...cluster, version: '2.3.2' });
    expect(environment).toEqual({
      MODE: 'cluster',
      POD_NAME: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
      NACOS_SERVER_IP: '$(POD_NAME).n-headless.shop.svc.cluster.local',
      EMBEDDED_STORAGE: 'embedded',
      JAVA_OPT: '-Djraft.read-index.timeout=30000',
    });
  });

  it('a member names its pod before the identity that refers to it', () => {
    const names = serverOf(cluster).env!.map(({ name }) => name);
    expect(names.indexOf('POD_NAME')).toBeLessThan(names.indexOf('NACOS_SERVER_IP'));
  });

  it('a server on MySQL has its login from a Secret', () => {
    expect(environmentOf({ ...onMysql, version: '2.3.2' })).toMatchObject({
      SPRING_DATASOURCE_PLATFORM: 'mysql',
      MYSQL_SERVICE_HOST: 'db',
      MYSQL_SERVICE_PORT: '3306',
      MYSQL_SERVICE_DB_NAME: 'nacos',
      MYSQL_SERVICE_DB_PARAM: expect.stringContaining('allowPublicKeyRetrieval=true'),
      MYSQL_SERVICE_USER: secret('login', 'username'),
      MYSQL_SERVICE_PASSWORD: secret('login', 'password'),
    });
    expect(environmentOf(onMysql)).not.toHaveProperty('EMBEDDED_STORAGE');
  });

  it('a server on MySQL takes the parameters of the user', () => {
    const database = { ...onMysql.database, parameters: 'useSSL=true' };
    expect(environmentOf({ ...onMysql, database }).MYSQL_SERVICE_DB_PARAM).toBe('useSSL=true');
  });

  it.each(['3.0.3', '3.2.3', '3.4.0'])(
    '%s always has token and identity, which it does not start without',
    (version) => {
      for (const certification of [{}, { enabled: false }, { enabled: true }])
        expect(environmentOf({ version, certification })).toMatchObject({
          NACOS_AUTH_TOKEN: secret('n-auth', 'token'),
          NACOS_AUTH_IDENTITY_KEY: secret('n-auth', 'identityKey'),
          NACOS_AUTH_IDENTITY_VALUE: secret('n-auth', 'identityValue'),
        });
    },
  );

  it.each([
    ['absent', {}, undefined],
    ['true', { enabled: true }, 'true'],
    ['false', { enabled: false }, 'false'],
  ])('authentication that is %s', (_case, certification, value) => {
    expect(environmentOf({ version: '2.3.2', certification }).NACOS_AUTH_ENABLE).toBe(value);
  });

  it('a cached login for as long as asked', () => {
    const certification = { enabled: true, token_expire_seconds: '60', cache_enabled: false };
    expect(environmentOf({ certification })).toMatchObject({
      NACOS_AUTH_TOKEN_EXPIRE_SECONDS: '60',
      NACOS_AUTH_CACHE_ENABLE: 'false',
    });
  });

  it.each([
    ['naming', 'naming'],
    ['config', 'config'],
    ['all', undefined],
    ['', undefined],
  ])('function_mode %j is FUNCTION_MODE %j', (function_mode, value) => {
    expect(environmentOf({ function_mode }).FUNCTION_MODE).toBe(value);
  });

  it('function_mode leaves members their identity', () => {
    const { FUNCTION_MODE, ...rest } = environmentOf({ ...cluster, function_mode: 'naming' });
    expect(FUNCTION_MODE).toBe('naming');
    expect(rest).toEqual(environmentOf(cluster));
  });

  it('properties is JSON that Spring reads, keys unchanged', () => {
    const { SPRING_APPLICATION_JSON } = environmentOf({ config: 'server.tomcat.max-http-header-size=1MB\nA_b=c' });
    expect(JSON.parse(SPRING_APPLICATION_JSON as string)).toEqual({
      'server.tomcat.max-http-header-size': '1MB',
      A_b: 'c',
    });
  });
});

describe('the memory of a server', () => {
  it.each([
    ['4Gi', '2048m', '1024m'],
    ['2048Mi', '1024m', '512m'],
    ['2G', '953m', '476m'],
    ['300Mi', '256m', '128m'],
  ])('of limit %s is half heap', (memory, heap, young) => {
    expect(environmentOf({ resources: { limits: { memory } } })).toMatchObject({
      JVM_XMS: heap,
      JVM_XMX: heap,
      JVM_XMN: young,
    });
  });

  it("is the image's own without a limit", () => {
    expect(environmentOf({ resources: { requests: { memory: '4Gi' } } })).not.toHaveProperty('JVM_XMX');
  });

  it('is all up to a user who sets one size', () => {
    const env = [{ name: 'JVM_XMX', value: '3g' }];
    const environment = environmentOf({ env, resources: { limits: { memory: '4Gi' } } });
    expect(environment.JVM_XMX).toBe('3g');
    expect(environment).not.toHaveProperty('JVM_XMS');
  });
});

describe('a variable of the user', () => {
  it.each([
    ['NACOS_AUTH_TOKEN', '3.0.3'],
    ['NACOS_AUTH_IDENTITY_KEY', '3.0.3'],
    ['TIME_ZONE', '2.3.2'],
  ])('%s wins', (name, version) => {
    expect(environmentOf({ version, env: [{ name, value: 'mine' }] })[name]).toBe('mine');
  });

  it.each(['MODE', 'POD_NAME', 'NACOS_SERVER_IP', 'EMBEDDED_STORAGE'])(
    '%s does not: members must find each other',
    (name) => {
      expect(environmentOf({ ...cluster, env: [{ name, value: 'mine' }] })[name]).not.toBe('mine');
    },
  );

  it('MYSQL_SERVICE_HOST does not: it stands in database', () => {
    expect(
      environmentOf({ ...onMysql, env: [{ name: 'MYSQL_SERVICE_HOST', value: 'other' }] }).MYSQL_SERVICE_HOST,
    ).toBe('db');
  });

  it('that is there twice has the last value, once', () => {
    const env = ['a', 'b'].map((value) => ({ name: 'TWICE', value }));
    expect(serverOf({ env }).env!.filter(({ name }) => name === 'TWICE')).toEqual([{ name: 'TWICE', value: 'b' }]);
  });

  it('JAVA_OPT keeps the home that a user without one needs', () => {
    const env = [{ name: 'JAVA_OPT', value: '-Xss512k' }];
    expect(environmentOf({ env, podSecurity: 'restricted' }).JAVA_OPT).toBe('-Xss512k -Duser.home=/tmp');
    expect(environmentOf({ env }).JAVA_OPT).toBe('-Xss512k');
  });

  it('JAVA_OPT is added to what members of an embedded cluster need to start with a long log', () => {
    const members = { type: 'cluster', replicas: 3 };
    const env = [{ name: 'JAVA_OPT', value: '-Djraft.read-index.timeout=60000' }];
    const replay = '-Djraft.read-index.timeout=30000';
    expect(environmentOf(members).JAVA_OPT).toBe(replay);
    expect(environmentOf({ ...members, env }).JAVA_OPT).toBe(`${replay} ${env[0]?.value}`);
    for (const other of [onMysql, {}]) expect(environmentOf(other).JAVA_OPT).toBeUndefined();
  });

  it('JAVA_OPT from elsewhere stays as it is', () => {
    const valueFrom = { configMapKeyRef: { name: 'a', key: 'b' } };
    expect(environmentOf({ env: [{ name: 'JAVA_OPT', valueFrom }], podSecurity: 'restricted' }).JAVA_OPT).toEqual(
      valueFrom,
    );
  });

  it('SPRING_APPLICATION_JSON is laid over config and the needs of the version', () => {
    const env = [{ name: 'SPRING_APPLICATION_JSON', value: '{"a":"mine","b":{"c":1}}' }];
    const json = environmentOf({ ...cluster, config: 'a=config\nd=e', env }).SPRING_APPLICATION_JSON as string;
    expect(JSON.parse(json)).toMatchObject({
      a: 'mine',
      b: { c: 1 },
      d: 'e',
      'nacos.config.namespace.compatible.mode': 'false',
    });
  });

  it('SPRING_APPLICATION_JSON that is no JSON does not stop the rendering', () => {
    const env = [{ name: 'SPRING_APPLICATION_JSON', value: '{' }];
    expect(environmentOf({ config: 'a=b', env }).SPRING_APPLICATION_JSON).toBe('{"a":"b"}');
  });

  it.each([
    ['by reference', { valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }],
    ['whose references are no JSON yet', { value: '{"a":$(PORT)}' }],
  ])('SPRING_APPLICATION_JSON %s stays as it is', (_case, variable) => {
    const [after] = Object.values(variable);
    const env = [{ name: 'SPRING_APPLICATION_JSON', ...variable }];
    expect(environmentOf({ config: 'a=b', env }).SPRING_APPLICATION_JSON).toEqual(after);
  });
});

it('no pod template has a secret, a list of members or their number', () => {
  const database = { type: 'mysql', mysqlHost: 'db', mysqlUser: 'us3r', mysqlPassword: 'p4ss' };
  const spec = { ...cluster, replicas: 5, database, certification: { token: 't0ken' } };
  const pods = [statefulSetOf(spec).template, child(render(nacos(spec)), 'Job').spec!.template];
  const template = JSON.stringify(pods);
  const { env } = serverOf(spec);
  expect(template).not.toMatch(/us3r|p4ss|t0ken/);
  expect(env!.map(({ name }) => name)).not.toContain('NACOS_SERVERS');
  expect(env!.map(({ name }) => name)).not.toContain('NACOS_REPLICAS');
  expect(template).not.toContain('n-4.n-headless');
});
