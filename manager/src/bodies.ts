import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from '@sinclair/typebox';
import { spec } from 'cdk8s-nacos/model';
import type { FastifySchemaCompiler } from 'fastify';
import { ofInstance } from './parameters.js';

const { type: typeField, ...otherFields } = spec.properties;
const { name } = ofInstance.properties;
const type = Type.Union([Type.Literal('standalone'), Type.Literal('cluster')], { description: typeField.description });

/** What a create takes: the resource's own fields beside a name. Those that it has defaults for may be missing. */
export const newInstance = Type.Object(
  { name, type, ...Type.Partial(Type.Object(otherFields)).properties },
  { description: 'name, type, and any field of the spec.', additionalProperties: false },
);

/** What a change takes. */
export const changes = Type.Partial(spec, {
  description: 'A merge patch (RFC 7396) of the spec: a field that is null is removed.',
  additionalProperties: false,
});

/** What is checked here of a body. The rest is left to the API server, which knows more than a schema says. */
const checked = new Map<unknown, TSchema>([
  [newInstance, Type.Object({ name: Type.String({ minLength: 1 }), type })],
  [changes, Type.Object({})],
]);

/** Validates requests: of a body only the part that is in `checked`. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = (route) =>
  TypeBoxValidatorCompiler({ ...route, schema: checked.get(route.schema) ?? route.schema });
