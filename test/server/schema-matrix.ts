import assert from 'node:assert/strict';
import { databaseSchema } from '../../lib/server/schema.js';
import { atLeast, parseVersion } from '../../lib/server/version.js';
import type { Tables } from './create-tables.js';

/**
 * Runs statements in one session, as the `mysql` client does with its standard input, and gives what it prints with
 * `--batch --skip-column-names`. Without a login, as a user that may create databases and users.
 */
export type Query = (sql: string, login?: Login) => Promise<string>;

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A database that is there before ours is run, made for `version`. */
export interface Start {
  readonly name: string;
  readonly version: string;
  readonly sql: string;
}

export interface Scenario {
  readonly name: string;
  /** Rejects where the world is not as it should be. */
  readonly run: (query: Query) => Promise<void>;
}

const database = 'nacos_schema_matrix';
const use = `USE ${database};\n`;
const empty = `DROP DATABASE IF EXISTS ${database};\nCREATE DATABASE ${database};\n${use}`;

/** One version of each line, and one that is newer than all of them. */
export const versions = ['2.0.4', '2.1.2', '2.4.3', '2.5.0', '3.0.3', '3.2.3', '3.3.0', '9.0.0'] as const;

const nothing: Start = { name: 'nothing', version: versions[0], sql: '' };

/** Every start that is no newer than a version, upgraded to it; every place to be killed in; restricted users. */
export function scenarios(starts: readonly Start[]): readonly Scenario[] {
  const ours = versions.map((version) => ({ name: `ours of ${version}`, version, sql: sqlOf(version) }));
  const upgrades = [nothing, ...ours, ...starts].flatMap((start) =>
    versions.filter((version) => isUpgrade(start, version)).map((version) => ({ start, version })),
  );
  const oldest = starts[0] ?? ours[0]!;
  return [
    ...upgrades.map(({ start, version }) => upgrade(start, version)),
    ...[nothing, oldest].flatMap((start) => ['2.1.2', '3.3.0'].map((version) => killed(start, version))),
    ...versions.map(readOnly),
    ...[nothing, oldest].map((start) => ownDatabaseOnly(start, '3.3.0')),
    firstUserOnlyOnce,
  ];
}

/**
 * A script that creates recorded tables as upstream's does: with three-byte characters and, before 2.4, a first user.
 */
export function startOf({ version, tables }: { readonly version: string; readonly tables: Tables }): Start {
  const sql = Object.entries(tables).map(([name, { columns, keys }]) => {
    const parts = [
      ...Object.entries(columns).map(([column, definition]) => `\`${column}\` ${definition}`),
      ...Object.entries(keys).map(([key, definition]) => keyOf(key, definition)),
    ];
    return `CREATE TABLE \`${name}\` (\n  ${parts.join(',\n  ')}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_bin;\n`;
  });
  const user = "INSERT INTO users VALUES ('nacos', 'x', 1);\nINSERT INTO roles VALUES ('nacos', 'ROLE_ADMIN');\n";
  if (!atLeast(parseVersion(version)!, '2.4')) sql.push(user);
  return { name: `upstream's of ${version}`, version, sql: sql.join('') };
}

function keyOf(name: string, definition: string): string {
  if (name === 'PRIMARY') return `PRIMARY KEY ${definition}`;
  return definition.replace(/^(UNIQUE )?/, `$1KEY \`${name}\` `);
}

function upgrade(start: Start, version: string): Scenario {
  return {
    name: `${start.name} → ${version}: complete, nothing lost, the same after a second run`,
    run: async (query) => {
      await query(empty + start.sql + (start === nothing ? '' : row));
      const before = await definitions(query);
      await query(use + sqlOf(version));
      const after = await definitions(query);
      assertOnlyMore(before, after);
      if (start !== nothing) assert.equal(await query(`${use}SELECT LENGTH(content) FROM config_info;`), '100000\n');
      assert.equal(await check(query, version), '1');
      await query(use + sqlOf(version));
      assert.deepEqual(await definitions(query), after);
    },
  };
}

/**
 * After each statement: run again it gets where it would have got, and the check says 1 only if nothing was left to do.
 */
function killed(start: Start, version: string): Scenario {
  return {
    name: `${start.name} → ${version}: killed after any statement and run again`,
    run: async (query) => {
      const world = async () => [
        await definitions(query),
        await query(`${use}SELECT * FROM users; SELECT * FROM roles;`),
      ];
      const statements = sqlOf(version).split(/(?<=;\n)/);
      await query(empty + start.sql + sqlOf(version));
      const whole = await world();
      for (const [done] of statements.entries()) {
        await query(empty + start.sql + use + statements.slice(0, done).join(''));
        if ((await check(query, version)) === '1') assert.deepEqual(await world(), whole, `check after ${done}`);
        await query(use + sqlOf(version));
        assert.deepEqual(await world(), whole, `killed after ${done}`);
      }
    },
  };
}

function readOnly(version: string): Scenario {
  return {
    name: `${version}: a user who may only read finds out whether it is complete`,
    run: (query) =>
      asUser(query, 'SELECT', async (login) => {
        await query(empty);
        assert.equal(await check(query, version, login), '0');
        await query(use + sqlOf(version));
        assert.equal(await check(query, version, login), '1');
        await query(`${use}ALTER TABLE config_info DROP COLUMN effect;`);
        assert.equal(await check(query, version, login), '0');
      }),
  };
}

function ownDatabaseOnly(start: Start, version: string): Scenario {
  return {
    name: `${start.name} → ${version}: by a user with rights in this database only`,
    run: (query) =>
      asUser(query, 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX', async (login) => {
        await query(empty + start.sql);
        await query(use + sqlOf(version), login);
        assert.equal(await check(query, version, login), '1');
      }),
  };
}

const firstUserOnlyOnce: Scenario = {
  name: 'the first user is not made again where another is left',
  run: async (query) => {
    await query(empty + sqlOf('2.1.2'));
    assert.equal(await query(`${use}SELECT username, role FROM roles;`), 'nacos\tROLE_ADMIN\n');
    await query(`${use}DELETE FROM roles; UPDATE users SET username = 'ada', password = 'x';`);
    await query(use + sqlOf('2.1.2'));
    assert.equal(await query(`${use}SELECT username FROM users; SELECT * FROM roles;`), 'ada\n');
  },
};

function isUpgrade(start: Start, version: string): boolean {
  return atLeast(parseVersion(version)!, start.version);
}

function sqlOf(version: string): string {
  return databaseSchema(parseVersion(version)!).sql;
}

async function check(query: Query, version: string, login?: Login): Promise<string> {
  return (await query(use + databaseSchema(parseVersion(version)!).check, login)).trim();
}

async function asUser(query: Query, rights: string, run: (login: Login) => Promise<void>): Promise<void> {
  const login = { user: 'matrix', password: 'only-for-this-test' };
  const account = `'${login.user}'@'%'`;
  await query(`DROP USER IF EXISTS ${account}; CREATE USER ${account} IDENTIFIED BY '${login.password}';`);
  await query(`GRANT ${rights} ON ${database}.* TO ${account};`);
  await run(login);
  await query(`DROP USER ${account};`);
}

/** Not in strict mode, as `encrypted_data_key` has no default in upstream's scripts before 2.4. */
const row = "INSERT IGNORE INTO config_info (data_id, group_id, content) VALUES ('a', 'b', REPEAT('x', 100000));\n";

interface Definitions {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly keys: Readonly<Record<string, string>>;
}

async function definitions(query: Query): Promise<Definitions> {
  const columns = await query(`SELECT CONCAT(table_name, '.', column_name), column_type, is_nullable,
    COALESCE(column_default, 'NULL'), extra, COALESCE(collation_name, '-')
    FROM information_schema.columns WHERE table_schema = '${database}' ORDER BY 1;`);
  const keys = await query(`SELECT CONCAT(table_name, ' key ', index_name), CONCAT(MAX(non_unique), ' ',
    GROUP_CONCAT(column_name ORDER BY seq_in_index)) FROM information_schema.statistics
    WHERE table_schema = '${database}' GROUP BY table_name, index_name ORDER BY 1;`);
  const lines = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  return {
    columns: Object.fromEntries(lines(columns).map(([name, ...rest]) => [name, rest])),
    keys: Object.fromEntries(lines(keys).map(([name, key]) => [name, key])),
  };
}

/** Columns and keys may be added; the one change of a column is the wider `permissions.resource`. */
function assertOnlyMore(before: Definitions, after: Definitions): void {
  for (const [name, key] of Object.entries(before.keys)) assert.equal(after.keys[name], key, name);
  for (const [name, column] of Object.entries(before.columns)) {
    const now = after.columns[name];
    const widened = name === 'permissions.resource' && now?.[0] === 'varchar(512)';
    if (!widened) assert.deepEqual(now, column, name);
  }
}
