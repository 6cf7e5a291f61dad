import { isSchema, propertiesOf, type Schema } from './schema.js';

/** Type of a field; `none` where the schema has no such field, `any` where it leaves open what is there. */
export type Field = string;

/** The fields of a plain JSON path such as `.spec.size`; undefined for one with lists, filters or quotes. */
export function pathOf(jsonPath: string): readonly string[] | undefined {
  return /^(\.[A-Za-z0-9_-]+)+$/.test(jsonPath) ? jsonPath.split('.').slice(1) : undefined;
}

/** What is at a path of an object with `schema`. */
export function fieldAt(schema: Schema, [name, ...rest]: readonly string[]): Field {
  if (name === undefined) return typeof schema.type === 'string' ? schema.type : 'any';
  const next = propertiesOf(schema)[name] ?? schema.additionalProperties;
  if (isSchema(next)) return fieldAt(next, rest);
  const open =
    next === true || schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-embedded-resource'];
  // The API server knows what metadata has.
  return open || isMetadata(schema) ? 'any' : 'none';
}

function isMetadata(schema: Schema): boolean {
  return schema.type === 'object' && Object.keys(schema).length === 1;
}
