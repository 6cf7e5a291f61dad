import { describe, expect, it } from 'vitest';
import { resolve } from '../../lib/resource/resolve.js';
import { formatVersion } from '../../lib/server/version.js';
import { nacos, onMysql } from '../nacos-object.js';

const of = (spec: object) => resolve(nacos(spec));
const plain = (database: object) =>
  of({ type: 'cluster', database: { type: 'mysql', mysqlHost: 'db', ...database } }).database;

describe('the version of an instance', () => {
  it.each([
    ['nothing', {}, '3.0.3'],
    ['the tag of the image', { image: 'harbor.cloud.io/nacos/nacos-server:v2.0.4' }, '2.0.4'],
    ['version', { version: '2.3.2' }, '2.3.2'],
    ['version rather than the tag', { version: '2.3', image: 'mine:7.7.7' }, '2.3.0'],
    ['the default for a digest', { image: 'nacos/nacos-server@sha256:00' }, '3.0.3'],
    ['version beside a digest', { version: 'v2.5.1', image: 'nacos/nacos-server@sha256:00' }, '2.5.1'],
    ['the default for latest', { image: 'nacos/nacos-server:latest' }, '3.0.3'],
  ])('is named by %s', (_case, spec, version) => {
    expect(formatVersion(of(spec).version)).toBe(version);
  });

  it('chooses the image where there is none', () => {
    expect(of({}).image).toBe('nacos/nacos-server:v3.0.3');
    expect(of({ version: '2.3.2' }).image).toBe('nacos/nacos-server:v2.3.2');
    expect(of({ version: 'v2.3.2', image: '' }).image).toBe('nacos/nacos-server:v2.3.2');
  });
});

describe('the servers of an instance', () => {
  it('is one by default, and three in a cluster', () => {
    expect(of({}).servers).toEqual({ mode: 'standalone', replicas: 1 });
    expect(of({ type: 'cluster' }).servers.replicas).toBe(3);
  });

  it.each([
    ['cluster.local by default', {}, 'cluster.local'],
    ['clusterDomain', { clusterDomain: 'k8s.example' }, 'k8s.example'],
    ["the official operator's variable", { env: [{ name: 'DOMAIN_NAME', value: 'old.example' }] }, 'old.example'],
    [
      'the field rather than the variable',
      { clusterDomain: 'new', env: [{ name: 'DOMAIN_NAME', value: 'old' }] },
      'new',
    ],
  ])('have names in the domain: %s', (_case, spec, domain) => {
    const { servers } = of({ type: 'cluster', replicas: 1, ...spec });
    expect(servers).toMatchObject({ members: [`n-0.n-headless.shop.svc.${domain}:8848`] });
  });
});

describe('the database of an instance', () => {
  it("has the official operator's defaults, in a Secret instead of plain text", () => {
    expect(plain({})).toMatchObject({
      host: 'db',
      port: '3306',
      name: 'nacos',
      user: { name: 'n-database', key: 'username' },
      password: { name: 'n-database', key: 'password' },
      plaintext: { user: 'root', password: '123456' },
    });
  });

  it('takes a port as a string, empty for the default', () => {
    expect(plain({ mysqlPort: '3307' })).toMatchObject({ port: '3307' });
    expect(plain({ mysqlPort: '' })).toMatchObject({ port: '3306' });
  });

  it('has nothing in plain text where a Secret is named', () => {
    expect(of(onMysql).database).not.toHaveProperty('plaintext');
    expect(of(onMysql).database).toMatchObject({ user: { name: 'login', key: 'username' } });
  });

  it('takes the image of the schema Job from where the servers come from', () => {
    const clientImage = (image?: string) => of({ ...onMysql, image }).database;
    expect(clientImage()).toMatchObject({ clientImage: 'mysql:8.4' });
    expect(clientImage('nacos/nacos-server:v2.0.4')).toMatchObject({ clientImage: 'mysql:8.4' });
    expect(clientImage('harbor.cloud.io/nacos/nacos-server:v2.0.4')).toMatchObject({
      clientImage: 'harbor.cloud.io/library/mysql:8.4',
    });
  });

  it('takes its schema Job from mysqlInitImage, and none where a DBA does it', () => {
    expect(of({ ...onMysql, mysqlInitImage: 'mine' }).database).toMatchObject({
      clientImage: 'mine',
      managedSchema: true,
    });
    expect(plain({ schema: 'External' })).toMatchObject({ managedSchema: false });
  });

  it('is the embedded one for the empty text', () => {
    expect(of({ database: { type: '' } }).database).toEqual({ type: 'embedded' });
  });
});

describe('the labels of an instance', () => {
  it('select by app, component and middleware, whatever labels the object has', () => {
    const object = nacos();
    const labeled = { ...object, metadata: { ...object.metadata, labels: { team: 'a' } } };
    expect(resolve(labeled).selector).toEqual({ app: 'n', component: 'nacos', middleware: 'nacos' });
  });

  it('select as the StatefulSet that was taken over does, and are on what is made', () => {
    const taken = resolve(nacos(), { app: 'n', component: 'nacos', middleware: 'nacos', team: 'a' });
    expect(taken.selector).toEqual({ app: 'n', component: 'nacos', middleware: 'nacos', team: 'a' });
    expect(taken.labels).toMatchObject({ team: 'a' });
  });
});

describe('the authentication of an instance', () => {
  it.each([
    // version, certification → enabled, identity, token
    ['2.3.2', {}, undefined, undefined, undefined],
    ['2.3.2', { enabled: false }, false, undefined, undefined],
    ['2.3.2', { enabled: true }, true, 'n-auth', 'n-auth'],
    ['3.0.3', {}, undefined, 'n-auth', 'n-auth'],
    ['3.0.3', { enabled: false }, false, 'n-auth', 'n-auth'],
    ['3.0.3', { secretName: 'mine' }, undefined, 'mine', 'mine'],
    ['3.0.3', { token: 'dG9rZW4=' }, undefined, 'n-auth', 'n-token'],
  ])('%s with %j', (version, certification, enabled, identity, token) => {
    const { authentication } = of({ version, certification });
    expect([authentication.enabled, authentication.identitySecret, authentication.token?.name]).toEqual([
      enabled,
      identity,
      token,
    ]);
  });

  it('keeps a token of the spec out of everything but its own Secret', () => {
    const { authentication } = of({ certification: { token: 'dG9rZW4=' } });
    expect(authentication).toMatchObject({ plaintextToken: 'dG9rZW4=', token: { name: 'n-token', key: 'token' } });
  });
});

describe('the properties of an instance', () => {
  it('are read from config, with its escapes and continued lines', () => {
    const config = '# comment\na.b = 1\nlong = x,\\\n  y\nname=\\u4e2d\n';
    expect(of({ config }).properties).toEqual({ 'a.b': '1', long: 'x,y', name: '中' });
  });

  it("win over the version's own", () => {
    const key = 'nacos.core.protocol.raft.data.election_timeout_ms';
    expect(of({ type: 'cluster' }).properties[key]).toBe('1000');
    expect(of({ type: 'cluster', config: `${key}=3000` }).properties[key]).toBe('3000');
    expect(of(onMysql).properties).toEqual({});
  });
});

it('does not change the object', () => {
  const object = nacos({ ...onMysql, env: [{ name: 'A', value: 'b' }] });
  const before = structuredClone(object);
  resolve(object);
  expect(object).toEqual(before);
});
