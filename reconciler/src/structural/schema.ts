/** A JSON Schema as it is written, of TypeBox or of the API server. */
export type Schema = Readonly<Record<string, unknown>>;

/** Keywords that combine schemas. */
export const junctors = ['allOf', 'anyOf', 'oneOf', 'not'] as const;

/** What is wrong with a schema, where, and what to write instead. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
  }
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schemas by name of `properties`. */
export function propertiesOf({ properties }: Schema): Readonly<Record<string, Schema>> {
  return (properties ?? {}) as Record<string, Schema>;
}

/** Schemas of one of the junctors, in order. */
export function branchesOf(schema: Schema, junctor: (typeof junctors)[number]): readonly Schema[] {
  const value = schema[junctor];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Schema[];
}

/** Own enumerable string keys only: TypeBox keeps its own notes under symbols. */
export function without(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

export function mapValues(values: Readonly<Record<string, Schema>>, change: (value: Schema, name: string) => Schema) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

/** The path of a property: `.spec.size`. */
export function join(path: string, name: string): string {
  return path === '.' ? `.${name}` : `${path}.${name}`;
}
