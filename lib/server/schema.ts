import type { AddedColumn, Column, Table } from './schema-table.js';
import { tables } from './schema-tables.js';
import { atLeast, parseVersion, type Version } from './version.js';

/** What a version of Nacos needs in MySQL or MariaDB. */
interface DatabaseSchema {
  /**
   * Creates or upgrades the schema in the selected database. May be run any number of times; never drops or narrows.
   */
  readonly sql: string;
  /**
   * One SELECT that gives 1 where every table and column is there, otherwise 0; 0 too for as long as `sql` is still at
   * it.
   */
  readonly check: string;
  /** The first version with this schema, such as `2.5`. */
  readonly line: string;
}

/** A version that is newer than the newest known gets the newest schema. */
export function databaseSchema(version: Version): DatabaseSchema {
  const line = lines.findLast((line) => reached(version, line)) ?? oldest;
  const schema = schemas.get(line) ?? make(line);
  schemas.set(line, schema);
  return schema;
}

/**
 * Made once each: writing one takes longer than all other objects of a Nacos (measured), and the operator asks in every
 * pass.
 */
const schemas = new Map<string, DatabaseSchema>();

function make(line: string): DatabaseSchema {
  const version = parseVersion(line)!;
  const known = Object.entries(tables).filter(([, { since }]) => reached(version, since));
  const needed = known.filter(([, { until }]) => !until || !reached(version, until));
  // New tables come last: `check` looks for them, so it can't say 1 before everything else is done.
  const statements = [
    ...known.flatMap(([name, table]) => upgrade(name, table, version)),
    ...needed.flatMap(([name, table]) => [
      create(name, table, version),
      ...(name === 'roles' ? firstUser(version) : []),
    ]),
  ];
  return {
    sql: statements.map((statement) => `${statement};\n`).join(''),
    check: check(needed, version),
    line,
  };
}

/** Versions older than the oldest known count as that one. */
function reached(version: Version, since: string): boolean {
  return since === oldest || atLeast(version, since);
}

const oldest = '2.0';

/** From here on, the first user is made through the API of the servers (nacos: mysql-schema.sql of 2.4.0). */
const firstUserUntil = '2.4';

/** Every version that changes the schema, oldest first. */
const lines = [...new Set([firstUserUntil, ...Object.values(tables).flatMap(changes)])].sort((a, b) =>
  atLeast(parseVersion(a)!, b) ? 1 : -1,
);

function changes({ since, until, columns }: Table): string[] {
  const parts = Object.values(columns).map(column);
  return [since, until, ...parts.flatMap((part) => [part.since, part.widened])].filter((line) => line !== undefined);
}

function column(entry: Column): AddedColumn {
  return typeof entry === 'string' ? { definition: entry } : entry;
}

function columnsOf(table: Table, version: Version): [string, AddedColumn][] {
  return Object.entries(table.columns)
    .map(([name, entry]): [string, AddedColumn] => [name, column(entry)])
    .filter(([, { since }]) => !since || reached(version, since));
}

/** Binary collation, as data ids and groups differ by case; four bytes, as contents may have any character. */
function create(name: string, table: Table, version: Version): string {
  const parts = [
    ...columnsOf(table, version).map(([column, { definition }]) => `\`${column}\` ${definition}`),
    ...(table.primaryKey ? [`PRIMARY KEY (${list(table.primaryKey)})`] : []),
    ...Object.entries(table.indexes ?? {}).map(([index, { unique, columns }]) => {
      return `${unique ? 'UNIQUE KEY' : 'KEY'} \`${index}\` (${list(columns)})`;
    }),
  ];
  return [
    `CREATE TABLE IF NOT EXISTS \`${name}\` (`,
    `  ${parts.join(',\n  ')}`,
    ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC',
  ].join('\n');
}

/** What is missing in a table that an older version made. Nothing happens where there is no such table. */
function upgrade(name: string, table: Table, version: Version): string[] {
  const columns = columnsOf(table, version);
  return [
    ...columns
      .filter(([, { since }]) => since)
      .flatMap(([column, { definition }]) =>
        alter(name, `ADD COLUMN \`${column}\` ${definition}`, `SUM(column_name = '${column}') = 0`),
      ),
    ...columns
      .filter(([, { widened }]) => widened && reached(version, widened))
      .flatMap(([column, { definition }]) =>
        alter(
          name,
          // Older row formats allow no key of more than 767 bytes.
          `MODIFY COLUMN \`${column}\` ${definition}, ROW_FORMAT=DYNAMIC`,
          `SUM(column_name = '${column}' AND character_maximum_length < ${length(definition)}) = 1`,
        ),
      ),
  ];
}

/** MySQL has no `ADD COLUMN IF NOT EXISTS`, and a procedure would need a right of its own. */
function alter(table: string, change: string, condition: string): string[] {
  return [
    [
      `SET @ddl = (SELECT IF(COUNT(*) > 0 AND ${condition},`,
      `  '${quoted(`ALTER TABLE \`${table}\` ${change}`)}',`,
      "  'DO 0')",
      '  FROM information_schema.columns',
      `  WHERE table_schema = DATABASE() AND table_name = '${table}')`,
    ].join('\n'),
    'PREPARE ddl FROM @ddl',
    'EXECUTE ddl',
    'DEALLOCATE PREPARE ddl',
  ];
}

/**
 * The first user of upstream's scripts, with its name as password; the role goes first, so that a second run completes
 * a first.
 */
function firstUser(version: Version): string[] {
  if (reached(version, firstUserUntil)) return [];
  const password = '$2a$10$EuWPZHzz32dJN7jexM34MOeYirDdFAZm2kuWj7VEOJhhZkDrxfvUu';
  const ifNobody = 'FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM `users`)';
  return [
    `INSERT IGNORE INTO \`roles\` (\`username\`, \`role\`)\n  SELECT 'nacos', 'ROLE_ADMIN' ${ifNobody}`,
    `INSERT INTO \`users\` (\`username\`, \`password\`, \`enabled\`)\n  SELECT 'nacos', '${password}', 1 ${ifNobody}`,
  ];
}

function check(needed: readonly (readonly [string, Table])[], version: Version): string {
  const columns = needed.map(([name, table]) => ({
    name,
    columns: columnsOf(table, version).map(([column]) => column),
  }));
  const total = columns.reduce((sum, { columns }) => sum + columns.length, 0);
  const conditions = columns.map(({ name, columns }) => {
    const names = columns.map((column) => `'${column}'`);
    return `table_name = '${name}' AND column_name IN (\n    ${names.join(',\n    ')})`;
  });
  return [
    `SELECT COUNT(*) = ${total} AS complete`,
    'FROM information_schema.columns',
    `WHERE table_schema = DATABASE() AND (\n  ${conditions.join('\n  OR ')});\n`,
  ].join('\n');
}

function length(definition: string): number {
  return Number(/^varchar\((\d+)\)/.exec(definition)?.[1]);
}

function list(columns: readonly string[]): string {
  return columns.map((column) => `\`${column}\``).join(', ');
}

function quoted(sql: string): string {
  return sql.replaceAll("'", "''");
}
