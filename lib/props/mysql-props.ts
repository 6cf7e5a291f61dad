import type { NacosProps } from './nacos-props.js';

/** A Secret with a user and a password. */
export interface CredentialsSecret {
  readonly name: string;
  /** @default username */
  readonly userKey?: string;
  /** @default password */
  readonly passwordKey?: string;
}

/** A MySQL or MariaDB database. */
export interface MysqlDatabaseProps {
  /** Host name or address, such as `mysql.default.svc`. */
  readonly host: string;
  /** @default 3306 */
  readonly port?: number;
  /** @default nacos */
  readonly name?: string;
  /** Where user and password are; in the namespace of the instance. */
  readonly credentialsSecret: CredentialsSecret;
  /** Parameters of the JDBC URL. @default Nacos's own, and `allowPublicKeyRetrieval=true` for MySQL 8 */
  readonly parameters?: string;
  /** Whether a Job creates the tables and upgrades them before the servers start. @default true */
  readonly managedSchema?: boolean;
  /** Image of that Job; has the `mysql` or `mariadb` client. @default mysql:8.4 */
  readonly clientImage?: string;
}

/** Props of a `MysqlBackedNacos`. */
export interface MysqlBackedNacosProps extends NacosProps {
  readonly database: MysqlDatabaseProps;
  /** Number of members, any. @default 3 */
  readonly replicas?: number;
  /** Whether it is one server by itself and not a cluster. @default false */
  readonly standalone?: boolean;
}
