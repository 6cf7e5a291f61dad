import type { TSchema } from '@sinclair/typebox';
import type { JSONSchemaProps } from 'kubernetes-types/apiextensions/v1.js';

type Schema = Record<string, unknown>;

/**
 * JSON Schema as TypeBox writes it → the subset that the API server takes in a CustomResourceDefinition.
 * A union of literals becomes an enum, a record becomes `additionalProperties`, and a property with a default is not required.
 *
 * @throws Error naming the path of what can't be expressed
 */
export function structuralSchema(schema: TSchema, path = '.'): JSONSchemaProps {
  return convert(schema as unknown as Schema, path) as JSONSchemaProps;
}

function convert(schema: Schema, path: string): Schema {
  if ('const' in schema) return { ...rest(schema, ['const']), enum: [schema.const] };
  if (Array.isArray(schema.anyOf)) return enumeration(schema, path);
  if ('allOf' in schema || '$ref' in schema || 'not' in schema) {
    throw new Error(`${path}: allOf, not and $ref have no place in a structural schema, write the properties out`);
  }
  const properties = schema.properties as Record<string, Schema> | undefined;
  if (properties) return object(schema, properties, path);
  const values = (schema.patternProperties as Record<string, Schema> | undefined)?.['^(.*)$'];
  if (values) return { ...rest(schema, ['patternProperties']), additionalProperties: convert(values, `${path}.*`) };
  if (schema.items) return { ...rest(schema), items: convert(schema.items as Schema, `${path}[]`) };
  return rest(schema);
}

function enumeration(schema: Schema, path: string): Schema {
  const options = schema.anyOf as Schema[];
  const type = options[0]?.type;
  if (schema['x-kubernetes-int-or-string'])
    return { ...rest(schema), anyOf: [{ type: 'integer' }, { type: 'string' }] };
  if (!options.every((option) => 'const' in option && option.type === type)) {
    throw new Error(`${path}: a union must be of literals of one type, or marked x-kubernetes-int-or-string`);
  }
  return { ...rest(schema, ['anyOf']), type, enum: options.map((option) => option.const) };
}

function object(schema: Schema, properties: Record<string, Schema>, path: string): Schema {
  const required = ((schema.required as string[] | undefined) ?? []).filter(
    (name) => !('default' in properties[name]!),
  );
  return {
    ...rest(schema, ['properties', 'required', 'additionalProperties']),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        convert(property, path === '.' ? `.${name}` : `${path}.${name}`),
      ]),
    ),
    ...(required.length > 0 && { required }),
  };
}

/** Own enumerable string keys only: TypeBox keeps its own notes under symbols. */
function rest(schema: Schema, without: readonly string[] = []): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !without.includes(key)));
}
