// Records what a schema script of Nacos creates, so that tests can compare without having the script:
//   node --conditions=cdk8s-source --import tsx scripts/record-schema.ts <version> <source> <file.sql | file.jar>
// <source> says where the file is from. Of a jar, it reads META-INF/mysql-schema.sql or, before 2.3,
// META-INF/nacos-db.sql.
import { readFileSync, writeFileSync } from 'node:fs';
import { createTables } from '../test/server/create-tables.js';
import { schemaScriptOf } from '../test/server/schema-script.js';

const [version, source, file] = process.argv.slice(2);
if (!version || !source || !file) throw new Error('expected a version, a source and a file');

const tables = createTables(file.endsWith('.jar') ? schemaScriptOf(file) : readFileSync(file, 'utf8'));
if (Object.keys(tables).length === 0)
  throw new Error(`${file} creates no tables, expected a schema script of Nacos for MySQL`);
writeFileSync(
  `test/server/recorded/schema-${version}.json`,
  `${JSON.stringify({ version, source, tables }, null, 2)}\n`,
);
