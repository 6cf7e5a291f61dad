/**
 * Tables by name, as a script creates them. Columns and keys are in one spelling, whatever the dialect of the script.
 */
export type Tables = Readonly<Record<string, CreatedTable>>;

export interface CreatedTable {
  /** Such as `varchar(128) NOT NULL DEFAULT ''`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Such as `UNIQUE (data_id, group_id)`, by name; the primary key is called `PRIMARY`. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Reads the CREATE TABLE statements of a MySQL script, and nothing else of it. */
export function createTables(sql: string): Tables {
  const script = sql.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*--.*$/gm, '');
  const statements = script.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)`?\s*\(([\s\S]*?)\n\)[^;]*;/gi);
  return Object.fromEntries([...statements].map(([, name, body]) => [name, createdTable(body!)]));
}

function createdTable(body: string): CreatedTable {
  const columns: Record<string, string> = {};
  const keys: Record<string, string> = {};
  for (const text of parts(body)) {
    const part = text.replace(/^CONSTRAINT (`?\w+`?) UNIQUE\b/i, 'UNIQUE KEY $1');
    const key = /^(PRIMARY KEY|UNIQUE (?:KEY|INDEX)|KEY|INDEX)\s*`?(\w*)`?\s*\((.*?)\)(?:\s+USING BTREE)?$/i.exec(part);
    if (key) {
      const kind = /^PRIMARY/i.test(key[1]!) ? 'PRIMARY' : key[2]!;
      keys[kind] = `${/^UNIQUE/i.test(key[1]!) ? 'UNIQUE ' : ''}(${columnList(key[3]!)})`;
      continue;
    }
    const [, name, definition] = /^`?(\w+)`?\s+(.*)$/.exec(part)!;
    columns[name!] = columnDefinition(definition!);
    if (/PRIMARY KEY/i.test(definition!)) keys.PRIMARY = `(${name})`;
  }
  return { columns, keys };
}

/** Splits at the commas between definitions, not at those in quotes and brackets; comments of columns are dropped. */
function parts(body: string): string[] {
  const found = body.replace(/\s+COMMENT\s+'[^']*'/gi, '').match(/(?:'[^']*'|\([^)]*\)|[^,'(])+/g) ?? [];
  return found.map((part) => part.trim().replace(/\s+/g, ' ')).filter((part) => part !== '');
}

function columnList(list: string): string {
  return list
    .replace(/`|\sASC/gi, '')
    .split(/\s*,\s*/)
    .join(', ');
}

function columnDefinition(definition: string): string {
  const type = /^\w+(?:\(\d+\))?(?: unsigned)?/i.exec(definition)![0].toLowerCase();
  const byDefault = /DEFAULT ('[^']*'|\d+|CURRENT_TIMESTAMP(?:\(\d\))?)/i.exec(definition)?.[1];
  return [
    type.replace(/^(bigint|int)\(\d+\)/, '$1').replace(/^boolean$/, 'tinyint(1)'),
    /NOT NULL/i.test(definition) && 'NOT NULL',
    byDefault && `DEFAULT ${byDefault.replace(/^\d+$/, "'$&'")}`,
    /AUTO_INCREMENT/i.test(definition) && 'AUTO_INCREMENT',
  ]
    .filter(Boolean)
    .join(' ');
}
