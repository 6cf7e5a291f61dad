import type { TSchema } from '@sinclair/typebox';
import type { JSONSchemaProps } from 'kubernetes-types/apiextensions/v1.js';
import { judge } from '#rules';
import { combine } from './combine.js';
import { translate } from './dialect.js';
import type { Schema } from './schema.js';

/**
 * JSON Schema as TypeBox writes it → what the API server takes in a CustomResourceDefinition.
 *
 * @throws SchemaError naming the path of what it does not take, and what to write instead
 */
export function structuralSchema(schema: TSchema, path = '.'): JSONSchemaProps {
  const structural = combine(translate(schema as unknown as Schema, path), path);
  judge(structural, path);
  return structural as JSONSchemaProps;
}
