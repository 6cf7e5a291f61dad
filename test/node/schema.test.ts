import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseSchema } from '../../lib/server/schema.js';
import { parseVersion } from '../../lib/server/version.js';
import { createTables } from '../server/create-tables.js';
import { schemaScriptOf } from '../server/schema-script.js';
import { nacosVersions, serverLibraries } from './images/nacos.js';

test.for(nacosVersions)('our tables have every column of the script inside the real server %s', async (version) => {
  const script = schemaScriptOf(join(await serverLibraries(version), `nacos-config-${version}.jar`));
  const ours = createTables(databaseSchema(parseVersion(version)!).sql);
  const theirs = Object.entries(createTables(script));
  expect(theirs.length).toBeGreaterThan(10);
  for (const [table, { columns }] of theirs) {
    const missing = Object.keys(columns).filter((column) => !ours[table]?.columns[column]);
    expect([table, ...missing]).toEqual([table]);
  }
});
