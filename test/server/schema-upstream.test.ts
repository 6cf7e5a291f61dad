import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { databaseSchema } from '../../lib/server/schema.js';
import { parseVersion } from '../../lib/server/version.js';
import { createTables, type Tables } from './create-tables.js';
import { schemaDifferences } from './schema-differences.js';

interface Recorded {
  readonly version: string;
  readonly source: string;
  readonly tables: Tables;
}

const folder = `${__dirname}/recorded`;
const recorded = readdirSync(folder).map((file): Recorded => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));

const wideResource = (upstream: number) =>
  `permissions.resource is varchar(512) NOT NULL instead of varchar(${upstream}) NOT NULL`;
const shortDataKey = ['config_info', 'config_info_beta', 'his_config_info'].map(
  (table) => `${table}.encrypted_data_key is varchar(1024) NOT NULL DEFAULT '' instead of text NOT NULL`,
);
const shortGroup = [
  'config_info.group_id is varchar(128) instead of varchar(255)',
  'config_info_aggr.group_id is varchar(128) NOT NULL instead of varchar(255) NOT NULL',
];

/** Why they are wanted is said in lib/server/schema-tables.ts. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  '2.0.4': [...shortGroup, wideResource(255)],
  '2.1.2': [...shortGroup, ...shortDataKey, wideResource(255)],
  '2.3.2': [...shortDataKey, wideResource(128)],
  '2.4.3': [wideResource(128)],
  '2.5.0': [wideResource(128)],
  '3.0.3': [wideResource(128)],
  '3.2.0': [wideResource(128)],
};

test.each(recorded)(
  '$version creates what upstream does, but for the differences that are wanted',
  ({ version, tables }) => {
    const ours = createTables(databaseSchema(parseVersion(version)!).sql);
    expect(schemaDifferences(tables, ours).sort()).toEqual([...wanted[version]!].sort());
  },
);

test('every version with wanted differences was recorded', () => {
  expect(recorded.map(({ version }) => version)).toEqual(Object.keys(wanted));
});
