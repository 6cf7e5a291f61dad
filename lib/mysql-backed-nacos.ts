import type { Construct } from 'constructs';
import { NacosInstance } from './nacos-instance.js';
import { checkProps } from './props/check.js';
import type { MysqlBackedNacosProps } from './props/mysql-props.js';

/** Servers that keep configurations, users and namespaces in an external MySQL or MariaDB. */
export class MysqlBackedNacos extends NacosInstance {
  /** @throws Error naming the construct's path, the prop, its value and what is allowed */
  public constructor(scope: Construct, id: string, props: MysqlBackedNacosProps) {
    const { standalone, database } = checkProps('MysqlBackedNacos', scope, id, props ?? {});
    super(scope, id, props, {
      type: standalone ? 'standalone' : 'cluster',
      replicas: props.replicas ?? (standalone ? 1 : 3),
      ...(database.clientImage && { mysqlInitImage: database.clientImage }),
      database: {
        type: 'mysql',
        mysqlHost: database.host,
        mysqlPort: String(database.port ?? 3306),
        mysqlDb: database.name ?? 'nacos',
        credentialsSecret: { ...database.credentialsSecret },
        ...(database.parameters && { parameters: database.parameters }),
        ...(database.managedSchema === false && { schema: 'External' }),
      },
    });
  }
}
