/** A column definition; with `since` where a later version than the table's own added it. */
export type Column = string | AddedColumn;

export interface AddedColumn {
  readonly definition: string;
  /** The version that added the column to a table that was there already. */
  readonly since?: string;
  /** The version that needs the column as wide as it is here; older databases may have it narrower. */
  readonly widened?: string;
}

export interface Index {
  readonly columns: readonly string[];
  readonly unique?: boolean;
}

export interface Table {
  /** The first version that needs the table. */
  readonly since: string;
  /** The first version that does without it. */
  readonly until?: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly primaryKey?: readonly string[];
  readonly indexes?: Readonly<Record<string, Index>>;
}

export const id = 'bigint NOT NULL AUTO_INCREMENT';
export const text = (length: number) => `varchar(${length}) DEFAULT NULL`;
export const required = (length: number) => `varchar(${length}) NOT NULL`;
export const empty = (length: number) => `varchar(${length}) NOT NULL DEFAULT ''`;
export const now = 'datetime NOT NULL DEFAULT CURRENT_TIMESTAMP';
export const unique = (...columns: readonly string[]): Index => ({ columns, unique: true });
export const index = (...columns: readonly string[]): Index => ({ columns });
