import { ApiObject, Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { MysqlBackedNacos } from './mysql-backed-nacos.js';
import { NacosCluster } from './nacos-cluster.js';
import { NacosStandalone } from './nacos-standalone.js';
import { ManagedBy } from './props/nacos-props.js';

/** One sample of each construct and of each way in, and the two manifests that users of the official operator write. */
export class Samples extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps) {
    super(scope, id, props);

    new NacosStandalone(this, 'dev', {
      console: { nodePort: 30080 },
      initialData: {
        namespaces: [{ id: 'shop', name: 'Shop' }],
        configurations: [{ namespace: 'shop', dataId: 'cart.yaml', content: 'currency: EUR\n' }],
      },
    });
    new NacosCluster(this, 'prod', { service: { nodePort: 30848 } });
    new MysqlBackedNacos(this, 'prod-mysql', {
      version: '2.3.2',
      database: { host: 'mysql.nacos', credentialsSecret: { name: 'prod-mysql-credentials' } },
    });

    new NacosStandalone(this, 'gitops-dev', { version: '2.3.2', managedBy: ManagedBy.GITOPS });
    new MysqlBackedNacos(this, 'gitops-prod', {
      managedBy: ManagedBy.GITOPS,
      authentication: { enabled: true, secretName: 'gitops-prod-auth' },
      database: { host: 'mysql.nacos', credentialsSecret: { name: 'gitops-prod-mysql' } },
    });

    new ApiObject(this, 'nacos-single', {
      apiVersion: 'nacos.io/v1alpha1',
      kind: 'Nacos',
      metadata: { name: 'nacos-single' },
      spec: {
        type: 'standalone',
        image: 'harbor.cloud.io/nacos/nacos-server:v2.0.4',
        replicas: 1,
        database: { type: 'embedded' },
        volume: { enabled: true, requests: { storage: '10Gi' } },
      },
    });
    new ApiObject(this, 'nacos-cluster', {
      apiVersion: 'nacos.io/v1alpha1',
      kind: 'Nacos',
      metadata: { name: 'nacos-cluster' },
      spec: {
        type: 'cluster',
        image: 'harbor.cloud.io/nacos/nacos-server:v2.0.4',
        replicas: 3,
        database: {
          type: 'mysql',
          mysqlHost: 'mysql.nacos',
          mysqlDb: 'nacos',
          mysqlUser: 'nacos',
          mysqlPort: '3306',
          mysqlPassword: 'change-me',
        },
        resources: { limits: { cpu: '1', memory: '4Gi' }, requests: { cpu: '500m', memory: '2Gi' } },
      },
    });
  }
}
