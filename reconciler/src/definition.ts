import type { TObject } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  JSONSchemaProps,
} from 'kubernetes-types/apiextensions/v1.js';
import { judgeDefinition } from '#rules';
import { kind } from './kind.js';
import { lasting } from './lasting.js';
import type { ResourceOptions } from './resource-options.js';
import { structuralSchema } from './structural/structural-schema.js';
import { withDefaults } from './structural/value.js';

/** The kind of what `resource` declares: objects of its name say how objects of a kind are stored. */
export const DefinitionKind = kind<CustomResourceDefinition>('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
  namespaced: false,
});

const conditions = Type.Array(
  Type.Object({
    type: Type.String({ minLength: 1, maxLength: 316 }),
    status: Type.Union([Type.Literal('True'), Type.Literal('False'), Type.Literal('Unknown')]),
    reason: Type.Optional(Type.String({ maxLength: 1024 })),
    message: Type.Optional(Type.String({ maxLength: 32768 })),
    lastTransitionTime: Type.Optional(Type.String({ format: 'date-time' })),
    observedGeneration: Type.Optional(Type.Integer({ format: 'int64', minimum: 0 })),
  }),
  {
    description: 'What is true of the object now, one entry per type. Ready sums the others up.',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
  },
);

const observedGeneration = Type.Integer({
  format: 'int64',
  description: 'The metadata.generation that this status describes.',
});

/**
 * The manifest of a CustomResourceDefinition with `status`, and `scale` where asked for.
 *
 * @throws SchemaError naming the path of what the API server does not take, or what could never work
 */
export function customResourceDefinition(options: ResourceOptions<TObject, TObject>): CustomResourceDefinition {
  const definition = definitionOf(options);
  judgeDefinition(definition);
  return definition;
}

/** The same, its names and paths not judged. */
export function definitionOf(options: ResourceOptions<TObject, TObject>): CustomResourceDefinition {
  const { group, version, formerVersions = [], kind, scale } = options;
  const singular = options.singular ?? kind.toLowerCase();
  const plural = options.plural ?? `${singular}s`;
  const schema = objectSchema(options);
  const served = (name: string, storage: boolean) => ({
    ...{ name, served: true, storage, ...(!storage && { deprecated: true }) },
    additionalPrinterColumns: columns(options, schema),
    subresources: { status: {}, ...(scale && { scale: { ...scale } }) },
    schema: { openAPIV3Schema: schema },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: options.scope ?? 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(options.shortNames && { shortNames: [...options.shortNames] }),
        ...(options.categories && { categories: [...options.categories] }),
      },
      versions: [served(version, true), ...formerVersions.map((name) => served(name, false))],
    },
  };
}

function objectSchema({ description, spec, status, rules }: ResourceOptions<TObject, TObject>): JSONSchemaProps {
  const specSchema = lasting(structuralSchema(spec, '.spec'));
  const statusSchema = structuralSchema(
    Type.Object({
      observedGeneration: Type.Optional(observedGeneration),
      conditions: Type.Optional(conditions),
      ...status?.properties,
    }),
    '.status',
  );
  return {
    ...(description && { description }),
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      // Without a required property an empty spec is a valid one; its default is written out, since rules are checked
      // against it.
      spec: specSchema.required
        ? specSchema
        : { ...specSchema, default: withDefaults({}, { ...specSchema }) as object },
      // kstatus calls an object without status "Current": -1 says that no controller has looked at it yet
      // (fluxcd/helm-controller#294).
      status: { ...statusSchema, default: withDefaults({ observedGeneration: -1 }, { ...statusSchema }) as object },
    },
    ...(specSchema.required && { required: ['spec'] }),
    ...(rules && { 'x-kubernetes-validations': rules }),
  };
}

function columns(
  { columns = {} }: ResourceOptions<TObject, TObject>,
  schema: JSONSchemaProps,
): CustomResourceColumnDefinition[] {
  return Object.entries(columns).map(([name, column]) => {
    const { path, type, priority, description } = typeof column === 'string' ? { path: column } : column;
    return {
      name,
      jsonPath: path,
      type: type ?? typeAt(schema, path),
      ...(priority && { priority }),
      ...(description && { description }),
    };
  });
}

function typeAt(schema: JSONSchemaProps, path: string): string {
  let found: JSONSchemaProps | undefined = schema;
  for (const name of path.split('.').slice(1)) found = found?.properties?.[name];
  return found?.type && ['integer', 'number', 'boolean'].includes(found.type) ? found.type : 'string';
}
