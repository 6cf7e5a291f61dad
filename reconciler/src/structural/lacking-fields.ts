import type { JSONSchemaProps } from 'kubernetes-types/apiextensions/v1.js';

/**
 * Paths of declared fields that the API server takes off by a served schema, such as `.spec.replicas`, or does not fill
 * in, such as `.spec.image (its default)`. Of fields in each other the outermost one. Both schemas are structural.
 */
export function lackingFields(declared: JSONSchemaProps, served: JSONSchemaProps, path = ''): string[] {
  const here = path || '.';
  const isFree = keepsAll(served);
  if (keepsAll(declared) && !isFree) return [`${here} (its unknown fields)`];
  const lacks = declared.default !== undefined && served.default === undefined ? [`${here} (its default)`] : [];
  for (const [name, property] of Object.entries(declared.properties ?? {}))
    lacks.push(...below(property, served.properties?.[name] ?? mapOf(served), isFree, `${path}.${name}`));
  const values = mapOf(declared);
  if (values) lacks.push(...below(values, mapOf(served), isFree, `${path}.*`));
  const items = itemsOf(declared);
  if (items) lacks.push(...below(items, itemsOf(served), isFree, `${path}[]`));
  return lacks;
}

function below(declared: JSONSchemaProps, served: JSONSchemaProps | undefined, isFree: boolean, path: string) {
  if (served) return lackingFields(declared, served, path);
  return isFree ? [] : [path];
}

const anything = { 'x-kubernetes-preserve-unknown-fields': true } as JSONSchemaProps;

function keepsAll(schema: JSONSchemaProps): boolean {
  return (schema as Record<string, unknown>)['x-kubernetes-preserve-unknown-fields'] === true;
}

/** Of the values of a map. One of any values has an empty schema. */
function mapOf({ additionalProperties: values }: JSONSchemaProps): JSONSchemaProps | undefined {
  if (values === true) return anything;
  return values ? (values as JSONSchemaProps) : undefined;
}

function itemsOf({ items }: JSONSchemaProps): JSONSchemaProps | undefined {
  return Array.isArray(items) ? items[0] : (items as JSONSchemaProps | undefined);
}
