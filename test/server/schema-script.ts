import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

/** Before 2.3 it has another name. */
const names = ['META-INF/mysql-schema.sql', 'META-INF/nacos-db.sql'];

/** The schema script for MySQL inside the jar `nacos-config` of a server. */
export function schemaScriptOf(jar: string): string {
  const entries = unzipSync(readFileSync(jar), { filter: ({ name }) => names.includes(name) });
  const [script] = names.flatMap((name) => entries[name] ?? []);
  if (!script) throw new Error(`${jar} has no schema script, expected the jar nacos-config of a server`);
  return Buffer.from(script).toString();
}
