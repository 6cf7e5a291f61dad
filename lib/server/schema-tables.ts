import { type AddedColumn, empty, id, index, now, required, type Table, text, unique } from './schema-table.js';
import { aiTables } from './schema-tables-ai.js';

const tenant = "varchar(128) DEFAULT ''";
const now3 = 'datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)';
const count = "int unsigned NOT NULL DEFAULT '0'";

// `text NOT NULL` in upstream's scripts before 2.4. With a default, a 2.0 member that knows nothing of it can still
// write during a roll-out.
const dataKey: AddedColumn = { definition: empty(1024), since: '2.1' };

const capacity = {
  quota: count,
  usage: count,
  max_size: count,
  max_aggr_count: count,
  max_aggr_size: count,
  max_history_count: count,
  gmt_create: now,
  gmt_modified: now,
};

/**
 * The tables of Nacos in MySQL, in the order in which they are created.
 *
 * A column has one type in all versions, the widest that upstream gave it: older servers don't mind. Two exceptions:
 * `encrypted_data_key`, see above, and `group_id`, since the history of changes never took more than 128 characters.
 *
 * Sources, all of alibaba/nacos: distribution/conf/nacos-mysql.sql to 2.1.1, distribution/conf/mysql-schema.sql to 3.1,
 * nacos-datasource-plugin-mysql/…/mysql-schema.sql of 3.2. For 3.3, the upgrade manual and a transcript of 1b6309f.
 */
export const tables: Readonly<Record<string, Table>> = {
  users: {
    since: '2.0',
    columns: { username: required(50), password: required(500), enabled: 'boolean NOT NULL' },
    primaryKey: ['username'],
  },
  roles: {
    since: '2.0',
    columns: { username: required(50), role: required(50) },
    // A unique key without nulls is a primary key to InnoDB and to sql_require_primary_key (measured on MySQL 9.7).
    indexes: { idx_user_role: unique('username', 'role') },
  },
  permissions: {
    since: '2.0',
    columns: {
      role: required(50),
      resource: {
        definition: 'varchar(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
        widened: '3.3',
      },
      action: required(8),
    },
    // Pre-releases of 3.3 had one more here and one on roles; 3.3.0 has neither, and those that are there stay.
    indexes: { uk_role_permission: unique('role', 'resource', 'action') },
  },
  config_info: {
    since: '2.0',
    columns: {
      id,
      data_id: required(255),
      group_id: text(128),
      content: 'longtext NOT NULL',
      md5: text(32),
      gmt_create: now,
      gmt_modified: now,
      src_user: 'text',
      src_ip: text(50),
      app_name: text(128),
      tenant_id: tenant,
      c_desc: text(256),
      c_use: text(64),
      effect: text(64),
      type: text(64),
      c_schema: 'text',
      encrypted_data_key: dataKey,
    },
    primaryKey: ['id'],
    indexes: { uk_configinfo_datagrouptenant: unique('data_id', 'group_id', 'tenant_id') },
  },
  config_info_aggr: {
    since: '2.0',
    until: '2.5',
    columns: {
      id,
      data_id: required(255),
      group_id: required(128),
      datum_id: required(255),
      content: 'longtext NOT NULL',
      gmt_modified: 'datetime NOT NULL',
      app_name: text(128),
      tenant_id: tenant,
    },
    primaryKey: ['id'],
    indexes: { uk_configinfoaggr_datagrouptenantdatum: unique('data_id', 'group_id', 'tenant_id', 'datum_id') },
  },
  // Where 3.x finds this table it takes the database for one of 2.x and migrates it (nacos: ConfigMigrateService.java).
  config_info_beta: {
    since: '2.0',
    until: '2.5.1',
    columns: {
      id,
      data_id: required(255),
      group_id: required(128),
      app_name: text(128),
      content: 'longtext NOT NULL',
      beta_ips: text(1024),
      md5: text(32),
      gmt_create: now,
      gmt_modified: now,
      src_user: 'text',
      src_ip: text(50),
      tenant_id: tenant,
      encrypted_data_key: dataKey,
    },
    primaryKey: ['id'],
    indexes: { uk_configinfobeta_datagrouptenant: unique('data_id', 'group_id', 'tenant_id') },
  },
  config_info_tag: {
    since: '2.0',
    until: '2.5.1',
    columns: {
      id,
      data_id: required(255),
      group_id: required(128),
      tenant_id: tenant,
      tag_id: required(128),
      app_name: text(128),
      content: 'longtext NOT NULL',
      md5: text(32),
      gmt_create: now,
      gmt_modified: now,
      src_user: 'text',
      src_ip: text(50),
    },
    primaryKey: ['id'],
    indexes: { uk_configinfotag_datagrouptenanttag: unique('data_id', 'group_id', 'tenant_id', 'tag_id') },
  },
  config_info_gray: {
    since: '2.5',
    columns: {
      id: 'bigint unsigned NOT NULL AUTO_INCREMENT',
      data_id: required(255),
      group_id: required(128),
      content: 'longtext NOT NULL',
      md5: text(32),
      src_user: 'text',
      src_ip: text(100),
      gmt_create: now3,
      gmt_modified: now3,
      app_name: text(128),
      tenant_id: tenant,
      gray_name: required(128),
      gray_rule: 'text NOT NULL',
      encrypted_data_key: empty(256),
    },
    primaryKey: ['id'],
    indexes: {
      uk_configinfogray_datagrouptenantgray: unique('data_id', 'group_id', 'tenant_id', 'gray_name'),
      idx_dataid_gmt_modified: index('data_id', 'gmt_modified'),
      idx_gmt_modified: index('gmt_modified'),
    },
  },
  config_tags_relation: {
    since: '2.0',
    columns: {
      id: 'bigint NOT NULL',
      tag_name: required(128),
      tag_type: text(64),
      data_id: required(255),
      group_id: required(128),
      tenant_id: tenant,
      nid: id,
    },
    primaryKey: ['nid'],
    indexes: {
      uk_configtagrelation_configidtag: unique('id', 'tag_name', 'tag_type'),
      idx_tenant_id: index('tenant_id'),
    },
  },
  his_config_info: {
    since: '2.0',
    columns: {
      id: 'bigint unsigned NOT NULL',
      nid: 'bigint unsigned NOT NULL AUTO_INCREMENT',
      data_id: required(255),
      group_id: required(128),
      app_name: text(128),
      content: 'longtext NOT NULL',
      md5: text(32),
      gmt_create: now,
      gmt_modified: now,
      src_user: 'text',
      src_ip: text(50),
      op_type: 'char(10) DEFAULT NULL',
      tenant_id: tenant,
      encrypted_data_key: dataKey,
      publish_type: { definition: "varchar(50) DEFAULT 'formal'", since: '2.5' },
      gray_name: { definition: text(50), since: '2.5' },
      ext_info: { definition: 'longtext', since: '2.5' },
    },
    primaryKey: ['nid'],
    indexes: {
      idx_gmt_create: index('gmt_create'),
      idx_gmt_modified: index('gmt_modified'),
      idx_did: index('data_id'),
    },
  },
  group_capacity: {
    since: '2.0',
    columns: { id: 'bigint unsigned NOT NULL AUTO_INCREMENT', group_id: empty(128), ...capacity },
    primaryKey: ['id'],
    indexes: { uk_group_id: unique('group_id') },
  },
  tenant_capacity: {
    since: '2.0',
    columns: { id: 'bigint unsigned NOT NULL AUTO_INCREMENT', tenant_id: empty(128), ...capacity },
    primaryKey: ['id'],
    indexes: { uk_tenant_id: unique('tenant_id') },
  },
  tenant_info: {
    since: '2.0',
    columns: {
      id,
      kp: required(128),
      tenant_id: tenant,
      tenant_name: tenant,
      tenant_desc: text(256),
      create_source: text(32),
      gmt_create: 'bigint NOT NULL',
      gmt_modified: 'bigint NOT NULL',
    },
    primaryKey: ['id'],
    indexes: { uk_tenant_info_kptenantid: unique('kp', 'tenant_id'), idx_tenant_id: index('tenant_id') },
  },
  ...aiTables,
};
