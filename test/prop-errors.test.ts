import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  Exposure,
  type ManagedBy,
  MysqlBackedNacos,
  type MysqlBackedNacosProps,
  NacosCluster,
  NacosStandalone,
} from '../lib/index.js';

const chart = () => new Chart(new App(), 'shop');
const database = { host: 'db', credentialsSecret: { name: 'login' } };

describe('a wrong prop is an error that names construct, prop, value and what is allowed', () => {
  it.each<[string, (scope: Chart) => unknown, string]>([
    [
      'replicas',
      (scope) => new NacosCluster(scope, 'x', { replicas: 4 }),
      'shop/x (NacosCluster): replicas: 4: a cluster on the embedded database needs an odd number of members (1, 3, 5, 7) to keep a majority',
    ],
    [
      'half a replica',
      (scope) => new NacosCluster(scope, 'x', { replicas: 2.5 }),
      'shop/x (NacosCluster): replicas: 2.5: is not a whole number',
    ],
    [
      'name',
      (scope) => new NacosStandalone(scope, 'My_Nacos'),
      'shop/My_Nacos (NacosStandalone): name: "My_Nacos": the name becomes part of Service names: use at most 52',
    ],
    [
      'version',
      (scope) => new NacosStandalone(scope, 'x', { version: 'latest' }),
      'shop/x (NacosStandalone): version: "latest": is not a version, write it as 2.3.2',
    ],
    [
      'volume.size',
      (scope) => new NacosCluster(scope, 'x', { volume: { size: '10 GB' } }),
      'shop/x (NacosCluster): volume.size: "10 GB": is not a quantity, write it as 500m, 2, 512Mi or 10Gi',
    ],
    [
      'resources',
      (scope) => new NacosCluster(scope, 'x', { resources: { limits: { memory: '4GB' } } }),
      'shop/x (NacosCluster): resources.limits.memory: "4GB": is not a quantity',
    ],
    [
      'service.nodePort',
      (scope) => new NacosCluster(scope, 'x', { service: { nodePort: 65000 } }),
      'shop/x (NacosCluster): service.nodePort: 65000: is not between 1 and 64535',
    ],
    [
      'service.nodePort beside a type without one',
      (scope) => new NacosCluster(scope, 'x', { service: { nodePort: 30848, type: Exposure.CLUSTER_IP } }),
      'shop/x (NacosCluster): service.nodePort: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer',
    ],
    [
      'console.nodePort',
      (scope) => new NacosCluster(scope, 'x', { console: { nodePort: 30080, type: Exposure.CLUSTER_IP } }),
      'shop/x (NacosCluster): console.nodePort: 30080: a Service of type ClusterIP has none',
    ],
    [
      'service.type',
      (scope) => new NacosCluster(scope, 'x', { service: { type: 'Nodeport' as Exposure } }),
      'shop/x (NacosCluster): service.type: "Nodeport": is not one of ClusterIP, NodePort, LoadBalancer',
    ],
    [
      'database.host',
      (scope) => new MysqlBackedNacos(scope, 'x', { database: { ...database, host: '' } }),
      'shop/x (MysqlBackedNacos): database.host: "": is empty; it has to be a host name or address',
    ],
    [
      'database.port',
      (scope) => new MysqlBackedNacos(scope, 'x', { database: { ...database, port: 123456 } }),
      'shop/x (MysqlBackedNacos): database.port: 123456: is not between 1 and 65535',
    ],
    [
      'database.credentialsSecret',
      (scope) => new MysqlBackedNacos(scope, 'x', { database: { ...database, credentialsSecret: { name: '' } } }),
      'shop/x (MysqlBackedNacos): database.credentialsSecret.name: "": is empty',
    ],
    [
      'a database that JavaScript forgot',
      (scope) => new MysqlBackedNacos(scope, 'x', {} as MysqlBackedNacosProps),
      'shop/x (MysqlBackedNacos): database: is required',
    ],
    [
      'managedBy',
      (scope) => new NacosCluster(scope, 'x', { managedBy: 'GitOps' as ManagedBy }),
      'shop/x (NacosCluster): managedBy: "GitOps": is not one of operator, gitops',
    ],
    [
      'overrides',
      (scope) => new NacosCluster(scope, 'x', { overrides: { toleration: [] } }),
      'shop/x (NacosCluster): overrides.toleration: there is no such field; see kubectl explain nacos.spec',
    ],
  ])('%s', (_prop, create, words) => {
    const scope = chart();
    expect(() => create(scope)).toThrow(words);
  });

  it('names all of them at once', () => {
    const props = { version: 'new', volume: { size: 'big' } };
    expect(() => new NacosCluster(chart(), 'x', props)).toThrow(/version: "new".*\n {2}volume\.size: "big"/);
  });
});
