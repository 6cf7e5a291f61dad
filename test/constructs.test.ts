import { App, Chart, Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ManagedBy, MysqlBackedNacos, NacosCluster, NacosStandalone } from '../lib/index.js';

const database = { host: 'mysql.nacos', credentialsSecret: { name: 'login' } };

function written(create: (scope: Chart) => unknown): string {
  const scope = new Chart(new App(), 'shop', { namespace: 'nacos' });
  create(scope);
  return Yaml.stringify(...scope.toJson());
}

describe('without props', () => {
  it('NacosStandalone is one server on a volume', () => {
    expect(written((scope) => new NacosStandalone(scope, 'x'))).toMatchInlineSnapshot(`
      "apiVersion: nacos.io/v1alpha1
      kind: Nacos
      metadata:
        name: x
        namespace: nacos
      spec:
        certification:
          enabled: true
        podSecurity: restricted
        replicas: 1
        resources:
          limits:
            cpu: "1"
            memory: 4Gi
          requests:
            cpu: 500m
            memory: 2Gi
        type: standalone
        version: 3.0.3
        volume:
          enabled: true
          requests:
            storage: 10Gi
      "
    `);
  });

  it('NacosCluster is three members on volumes', () => {
    expect(written((scope) => new NacosCluster(scope, 'x'))).toMatchInlineSnapshot(`
      "apiVersion: nacos.io/v1alpha1
      kind: Nacos
      metadata:
        name: x
        namespace: nacos
      spec:
        certification:
          enabled: true
        podSecurity: restricted
        replicas: 3
        resources:
          limits:
            cpu: "1"
            memory: 4Gi
          requests:
            cpu: 500m
            memory: 2Gi
        type: cluster
        version: 3.0.3
        volume:
          enabled: true
          requests:
            storage: 10Gi
      "
    `);
  });

  it('MysqlBackedNacos needs a database and its login', () => {
    expect(written((scope) => new MysqlBackedNacos(scope, 'x', { database }))).toMatchInlineSnapshot(`
      "apiVersion: nacos.io/v1alpha1
      kind: Nacos
      metadata:
        name: x
        namespace: nacos
      spec:
        certification:
          enabled: true
        database:
          credentialsSecret:
            name: login
          mysqlDb: nacos
          mysqlHost: mysql.nacos
          mysqlPort: "3306"
          type: mysql
        podSecurity: restricted
        replicas: 3
        resources:
          limits:
            cpu: "1"
            memory: 4Gi
          requests:
            cpu: 500m
            memory: 2Gi
        type: cluster
        version: 3.0.3
      "
    `);
  });
});

const gitops = { managedBy: ManagedBy.GITOPS, authentication: { secretName: 'auth' } };

it.each([
  ['nacos-standalone', 'one server', (scope) => new NacosStandalone(scope, 'x', { ...gitops, version: '2.3.2' })],
  ['nacos-cluster', 'members that know each other', (scope) => new NacosCluster(scope, 'x', gitops)],
  [
    'mysql-backed-nacos',
    'members that wait for their tables',
    (scope) => new MysqlBackedNacos(scope, 'x', { ...gitops, database }),
  ],
] as const satisfies readonly (readonly [string, string, (scope: Chart) => unknown])[])(
  'as its workloads, %s is %s',
  async (name, _what, create) => {
    await expect(written(create)).toMatchFileSnapshot(`snapshots/${name}.yaml`);
  },
);
