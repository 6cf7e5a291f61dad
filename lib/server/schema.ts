import type { Version } from './version.js';
export interface DatabaseSchema {
  readonly sql: string;
  readonly check: string;
  readonly line: string;
}
export function databaseSchema(_version: Version): DatabaseSchema {
  return { sql: 'SELECT 1;\n', check: 'SELECT 1', line: '2.5' };
}
