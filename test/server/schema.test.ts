import { describe, expect, test } from 'vitest';
import { databaseSchema } from '../../lib/server/schema.js';
import { parseVersion } from '../../lib/server/version.js';
import { createTables } from './create-tables.js';

const schema = (version: string) => databaseSchema(parseVersion(version)!);
const tablesOf = (version: string) => createTables(schema(version).sql);
const statementsOf = (version: string) => schema(version).sql.split(';\n').slice(0, -1);
const upgrades = (version: string) =>
  statementsOf(version).flatMap(
    (statement) => /'ALTER TABLE `(\w+)` (.*)',$/m.exec(statement)?.slice(1, 3).join(' ') ?? [],
  );

const versions = ['2.0.4', '2.1.0', '2.3.2', '2.4.0', '2.5.0', '2.5.1', '3.0.3', '3.1.0', '3.2.3', '3.3.0'];

test.each([
  ['1.4.1', '2.0'],
  ['2.0.4', '2.0'],
  ['2.1.0', '2.1'],
  ['2.3.2', '2.1'],
  ['2.4.3', '2.4'],
  ['2.5.0', '2.5'],
  ['2.5.1', '2.5.1'],
  ['3.1.0', '2.5.1'],
  ['3.2.3', '3.2'],
  ['3.3.0', '3.3'],
  ['9.0.0', '3.3'],
])('%s has the schema of %s', (version, line) => {
  expect(schema(version)).toEqual({ ...schema(line), line });
});

test('versions with the same schema agree in line, others do not', () => {
  const lines = new Map(versions.map((version) => [schema(version).sql, schema(version).line]));
  expect(new Set(lines.values()).size).toBe(lines.size);
});

describe('a new database', () => {
  test.each([
    ['2.0.4', 12],
    ['2.5.0', 12],
    ['3.0.3', 10],
    ['3.2.3', 13],
    ['3.3.0', 16],
  ])('of %s has %i tables', (version, count) => {
    expect(Object.keys(tablesOf(version))).toHaveLength(count);
  });

  test('of 3.x has no table that would make 3.x migrate it', () => {
    expect(Object.keys(tablesOf('3.0.3'))).not.toContain('config_info_beta');
  });

  test.each(versions)('of %s keeps the rows of every table apart, as replication needs', (version) => {
    for (const [table, { columns, keys }] of Object.entries(tablesOf(version))) {
      const notNull = (key: string) => key.match(/\w+(?=[,)])/g)!.every((name) => columns[name]!.includes('NOT NULL'));
      const identity = keys.PRIMARY ?? Object.values(keys).find((key) => key.startsWith('UNIQUE') && notNull(key));
      expect(identity, table).toBeDefined();
    }
  });

  test.each(versions)('of %s keeps every key under the 3072 bytes of InnoDB', (version) => {
    const bytes = Object.values(tablesOf(version)).flatMap(({ columns, keys }) =>
      Object.values(keys).map((key) => {
        const lengths = key
          .match(/\w+(?=[,)])/g)!
          .map((column) => Number(/char\((\d+)\)/.exec(columns[column]!)?.[1] ?? 2));
        return lengths.reduce((sum, length) => sum + 4 * length, 0);
      }),
    );
    expect(Math.max(...bytes)).toBeLessThanOrEqual(3072);
  });

  test('gets the well-known first user before 2.4 and none from then on', () => {
    const inserts = statementsOf('2.3.2').filter((statement) => statement.startsWith('INSERT'));
    expect(inserts).toHaveLength(2);
    for (const insert of inserts) expect(insert).toContain('WHERE NOT EXISTS (SELECT 1 FROM `users`)');
    expect(schema('2.4.0').sql).not.toContain('INSERT');
  });
});

describe('an older database', () => {
  const dataKeys = [
    "config_info ADD COLUMN `encrypted_data_key` varchar(1024) NOT NULL DEFAULT ''''",
    "config_info_beta ADD COLUMN `encrypted_data_key` varchar(1024) NOT NULL DEFAULT ''''",
    "his_config_info ADD COLUMN `encrypted_data_key` varchar(1024) NOT NULL DEFAULT ''''",
  ];
  const history = [
    "his_config_info ADD COLUMN `publish_type` varchar(50) DEFAULT ''formal''",
    'his_config_info ADD COLUMN `gray_name` varchar(50) DEFAULT NULL',
    'his_config_info ADD COLUMN `ext_info` longtext',
  ];
  const visibility = [
    'permissions MODIFY COLUMN `resource` varchar(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, ROW_FORMAT=DYNAMIC',
  ];

  test.each([
    ['2.0.4', []],
    ['2.1.0', dataKeys],
    ['2.4.0', dataKeys],
    ['3.0.3', [...dataKeys, ...history]],
    ['3.2.3', [...dataKeys, ...history]],
    ['3.3.0', [...visibility, ...dataKeys, ...history]],
  ])('becomes one of %s by what later versions added', (version, expected) => {
    expect(upgrades(version)).toEqual(expected);
  });

  test.each(versions)('is asked by %s what it has before anything in it changes', (version) => {
    for (const statement of statementsOf(version).filter((text) => text.includes('ALTER'))) {
      expect(statement).toMatch(/^SET @ddl = \(SELECT IF\(COUNT\(\*\) > 0 AND SUM\(/);
      expect(statement).toMatch(/'DO 0'\)\n {2}FROM information_schema\.\w+\n {2}WHERE table_schema = DATABASE\(\)/);
    }
  });

  test.each(versions)('is upgraded by %s before tables are added, which is what the check waits for', (version) => {
    const kinds = statementsOf(version).map((statement) => (statement.startsWith('CREATE') ? 'new' : 'old'));
    expect(kinds.slice(kinds.lastIndexOf('new')).slice(1)).toEqual([]);
    expect(statementsOf(version).findLastIndex((statement) => statement.startsWith('SET'))).toBeLessThan(
      kinds.indexOf('new'),
    );
  });

  test.each(versions)('loses nothing to %s', (version) => {
    expect(schema(version).sql).not.toMatch(/\b(DROP|DELETE|TRUNCATE|RENAME|CHANGE|REPLACE|UPDATE)\b/);
  });
});

test.each(versions)('%s checks every column that it creates', (version) => {
  const { check } = schema(version);
  const columns = Object.values(tablesOf(version)).flatMap(({ columns }) => Object.keys(columns));
  expect(check).toMatch(new RegExp(`^SELECT COUNT\\(\\*\\) = ${columns.length} AS complete\n`));
  for (const [table, { columns }] of Object.entries(tablesOf(version))) {
    const names = Object.keys(columns).map((column) => `'${column}'`);
    expect(check.replace(/\s+/g, ' ')).toContain(`table_name = '${table}' AND column_name IN ( ${names.join(', ')})`);
  }
  expect(check.match(/;/g)).toHaveLength(1);
});

test.each(versions)('%s names no database, has no template and ends every statement at a line end', (version) => {
  const { sql, check } = schema(version);
  for (const text of [sql, check]) {
    expect(text).not.toContain('{{');
    expect(text).toMatch(/;\n$/);
    expect(text.match(/;(?!\n)/g)).toBeNull();
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(160);
  }
  expect(sql).not.toMatch(/\bUSE\b|CREATE DATABASE|PROCEDURE/);
});
