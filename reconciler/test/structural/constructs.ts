import { type SchemaOptions, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import fc from 'fast-check';
import { environment, immutable, oneOf, port, quantities, quantity, resources } from '../../src/schema/index.js';

const text = Type.String();
const a = Type.Literal('a');
const b = Type.Literal('b');
const withA = Type.Object({ a: text, also: Type.Optional(text) });
const withB = Type.Object({ b: Type.Integer(), also: Type.Optional(text) });
const anything = { 'x-kubernetes-preserve-unknown-fields': true };
const module = Type.Module({ A: withA });
const call = [[text], Type.Integer()] as [[typeof text], TSchema];

/**
 * Schemas of each of TypeBox's builders: a builder that is not here has not been judged. What is the same for several
 * is not repeated. No builder makes schemas of its own where there are none.
 */
export const byBuilder: Readonly<Record<string, readonly TSchema[]>> = {
  Any: [Type.Any(), Type.Any(anything)],
  Argument: [Type.Argument(0)],
  Array: [
    Type.Array(text),
    Type.Array(text, { minItems: 1, maxItems: 3 }),
    Type.Array(text, { uniqueItems: true }),
    Type.Array(text, { uniqueItems: false }),
    Type.Array(text, { contains: a }),
    Type.Array(text, { contains: a, minContains: 1 }),
    Type.Array(text, { 'x-kubernetes-list-type': 'set' }),
    Type.Array(text, { 'x-kubernetes-list-type': 'bag' }),
    Type.Array(Type.Array(text), { 'x-kubernetes-list-type': 'set' }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'set' }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'a'] }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['also'] }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['missing'] }),
    Type.Array(withA, { 'x-kubernetes-list-type': 'map' }),
    Type.Array(withA, { 'x-kubernetes-list-map-keys': ['a'] }),
    Type.Array(Type.Union([text, Type.Null()]), { 'x-kubernetes-list-type': 'set' }),
    Type.Array(Type.Any()),
  ],
  AsyncIterator: [Type.AsyncIterator(text)],
  Awaited: [Type.Awaited(Type.Promise(text))],
  BigInt: [Type.BigInt()],
  Boolean: [Type.Boolean(), Type.Boolean({ default: true }), Type.Boolean({ default: 'yes' as never })],
  Capitalize: [Type.Capitalize(a)],
  Composite: [Type.Composite([withA, withB]), Type.Composite([withA, Type.Object({ a: Type.Integer() })])],
  Const: [Type.Const('a'), Type.Const({ a: 1 }), Type.Const(['a'])],
  Constructor: [Type.Constructor(...call)],
  ConstructorParameters: [Type.ConstructorParameters(Type.Constructor(...call))],
  Date: [Type.Date()],
  Enum: [Type.Enum({ A: 'x', B: 'y' }), Type.Enum({ A: 1, B: 2 }), Type.Enum({ A: 'x' }), Type.Enum({ A: 'x', B: 1 })],
  Exclude: [Type.Exclude(Type.Union([a, b]), b)],
  Extends: [Type.Extends(a, text, withA, withB)],
  Extract: [Type.Extract(Type.Union([a, b]), b)],
  Function: [Type.Function(...call)],
  Index: [Type.Index(withA, ['a'])],
  InstanceType: [Type.InstanceType(Type.Constructor([text], withA))],
  Instantiate: [Type.Instantiate(Type.Array(Type.Argument(0)), [text])],
  Integer: [
    Type.Integer(),
    Type.Integer({ minimum: 1, maximum: 5, multipleOf: 2, default: 4 }),
    Type.Integer({ minimum: 1, default: 0 }),
    Type.Integer({ exclusiveMinimum: 0 }),
    Type.Integer({ exclusiveMaximum: 9 }),
    Type.Integer({ format: 'int64' }),
    Type.Integer({ default: 1.5 }),
    Type.Integer({ maximum: Number.POSITIVE_INFINITY }),
  ],
  Intersect: [
    Type.Intersect([withA, withB]),
    Type.Intersect([withA, withB], { unevaluatedProperties: false }),
    Type.Intersect([withA, Type.Record(text, text)]),
    Type.Intersect([Type.String({ minLength: 1 }), Type.Not(a)]),
    Type.Intersect([text, Type.Integer()]),
  ],
  Iterator: [Type.Iterator(text)],
  KeyOf: [Type.KeyOf(withA)],
  Literal: [a, Type.Literal(0), Type.Literal(true)],
  Lowercase: [Type.Lowercase(a)],
  Mapped: [Type.Mapped(Type.Union([a, b]), () => Type.Integer())],
  Module: [module.Import('A')],
  Never: [Type.Never()],
  Not: [Type.Not(a), Type.Unsafe<string>({ type: 'string', not: { enum: ['a'] } })],
  Null: [Type.Null()],
  Number: [Type.Number(), Type.Number({ minimum: 1, maximum: 2 }), Type.Number({ default: Number.NaN })],
  Object: [
    Type.Object({}),
    withA,
    Type.Object({}, { additionalProperties: true }),
    Type.Object({}, { additionalProperties: text }),
    Type.Object({ a: text }, { additionalProperties: false }),
    Type.Object({ a: text }, { additionalProperties: true }),
    Type.Object({ a: text }, { additionalProperties: text }),
    Type.Object({ a: Type.Integer({ default: 3 }) }, { default: {} }),
    Type.Object({ a: Type.Integer() }, { default: {} }),
    Type.Object({ a: Type.Optional(text) }, { default: { other: 1 } }),
    Type.Object({ metadata: withA, kind: Type.Integer() }),
    Type.Object({ a: text }, { minProperties: 1, maxProperties: 5, 'x-kubernetes-map-type': 'atomic' }),
    Type.Object({ a: text }, { 'x-kubernetes-map-type': 'round' }),
    Type.Object({}, { 'x-kubernetes-embedded-resource': true, ...anything }),
    Type.Object({}, { 'x-kubernetes-embedded-resource': true }),
    Type.Object({ kind: Type.Integer() }, { 'x-kubernetes-embedded-resource': true }),
  ],
  Omit: [Type.Omit(withA, ['also'])],
  Optional: [Type.Optional(text)],
  Parameters: [Type.Parameters(Type.Function(...call))],
  Partial: [Type.Partial(withA), Type.Partial(Type.Ref('x'))],
  Pick: [Type.Pick(withA, ['a'])],
  Promise: [Type.Promise(text)],
  Readonly: [Type.Readonly(text)],
  ReadonlyOptional: [Type.ReadonlyOptional(Type.Array(text))],
  Record: [
    Type.Record(text, Type.Integer()),
    Type.Record(text, Type.Any()),
    Type.Record(text, withA, { maxProperties: 2 }),
    Type.Record(Type.RegExp(/^a/), text),
    Type.Record(Type.Integer(), text),
    Type.Record(Type.Union([a, b]), text),
  ],
  Recursive: [Type.Recursive((This) => Type.Object({ children: Type.Array(This) }))],
  Ref: [Type.Ref('x')],
  RegExp: [Type.RegExp(/^a/)],
  Required: [Type.Required(Type.Partial(withA))],
  Rest: Type.Rest(Type.Tuple([text])) as unknown as TSchema[],
  ReturnType: [Type.ReturnType(Type.Function(...call))],
  String: [
    text,
    Type.String({ minLength: 1, maxLength: 9, pattern: '^[a-z]+$', default: 'a' }),
    Type.String({ maxLength: 1, default: 'ab' }),
    Type.String({ pattern: '^b', default: 'a' }),
    Type.String({ pattern: '(?=a)' }),
    Type.String({ format: 'email' }),
    Type.String({ format: 'no-such-format' }),
    Type.String({ $id: 'x' }),
    Type.String({ title: 'T', description: 'D' }),
    Type.String({ examples: ['a'] }),
    Type.String({ example: 'a' }),
    Type.String({ readOnly: true }),
    Type.String({ contentEncoding: 'base64' }),
    Type.String({ default: null }),
    Type.String(immutable('cannot change')),
    Type.String({ 'x-kubernetes-validations': [{ rule: ' ', message: 'empty' }] }),
    Type.String({ 'x-kubernetes-validations': [{ rule: 'true', message: 'two\nlines' }] }),
    Type.String({ 'x-kubernetes-validations': [{ rule: 'true', message: 'why', reason: 'Because' }] }),
    Type.String({ 'x-kubernetes-list-type': 'set' }),
    Type.String({ maxLength: 1.5 }),
    Type.String({ enum: ['a', 'b'], default: 'c' }),
  ],
  Symbol: [Type.Symbol()],
  TemplateLiteral: [Type.TemplateLiteral([a, Type.Number()]), Type.TemplateLiteral([a, Type.Union([a, b])])],
  Transform: [
    Type.Transform(text)
      .Decode((value) => value)
      .Encode((value) => value),
  ],
  Tuple: [Type.Tuple([text, Type.Integer()]), Type.Tuple([])],
  Uint8Array: [Type.Uint8Array()],
  Uncapitalize: [Type.Uncapitalize(a)],
  Undefined: [Type.Undefined()],
  Union: [
    Type.Union([]),
    Type.Union([text]),
    Type.Union([a, b]),
    Type.Union([a, b, Type.Null()]),
    Type.Union([text, Type.Null()], { description: 'D' }),
    Type.Union([withA, Type.Null()]),
    Type.Union([Type.Null()]),
    Type.Union([text, Type.Null()], { default: null }),
    Type.Union([a, Type.Literal(1)]),
    Type.Union([Type.Integer(), text]),
    Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('auto'), Type.Literal('1.5?')]),
    Type.Union([Type.Integer(), Type.String({ pattern: '^[0-9]+%$' }), Type.Null()]),
    Type.Union([Type.Integer(), text, Type.String({ minLength: 2 })]),
    Type.Union([Type.Number(), text]),
    Type.Union([text, Type.Boolean()]),
    Type.Union([text, Type.Array(text)]),
    Type.Union([Type.String({ pattern: '^a' }), Type.String({ pattern: '^b' })]),
    Type.Union([withA, withB]),
    Type.Union([withA, Type.Union([withB, Type.Null()])]),
    Type.Union([
      Type.Object({ type: a, path: Type.String({ minLength: 1 }) }),
      Type.Object({ type: b, size: Type.Integer({ minimum: 1 }) }),
    ]),
    Type.Union([withA, Type.Object({ a: Type.Integer() })]),
    Type.Union([withA, Type.Object({ c: Type.String({ default: 'x' }) })]),
    Type.Union([withA, Type.Object({ c: Type.String(immutable('why')) })]),
    Type.Union([withA, Type.Object({ metadata: Type.Object({ name: Type.String({ minLength: 1 }) }) })]),
    Type.Union([Type.Record(text, text), withA]),
    Type.Union([Type.Array(Type.String({ minLength: 2 })), Type.Array(text, { maxItems: 1 })]),
  ],
  Unknown: [Type.Unknown(), Type.Unknown(anything)],
  Unsafe: [
    Type.Unsafe({}),
    Type.Unsafe({ type: 'number', minimum: 0, exclusiveMinimum: true }),
    Type.Unsafe({ type: ['string', 'null'] }),
    Type.Unsafe({ type: 'string', nullable: true }),
    Type.Unsafe({ type: 'string', nullable: true, enum: ['a'] }),
    Type.Unsafe({ type: 'string', oneOf: [{ pattern: '^a' }, { pattern: '^.b' }] }),
    Type.Unsafe({ type: 'string', externalDocs: { description: 'D', url: 'https://example.com' } }),
    Type.Unsafe({
      type: 'object',
      properties: { a: { type: 'string' } },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    }),
    Type.Unsafe({
      type: 'object',
      properties: { a: { type: 'string' } },
      anyOf: [{ properties: { b: { pattern: 'x' } } }],
    }),
    Type.Unsafe({ type: 'object', not: { properties: { a: { enum: ['a'] } } }, properties: { a: { type: 'string' } } }),
    Type.Unsafe({ type: 'object', not: { additionalProperties: false } }),
    Type.Unsafe({ type: 'object', if: { required: ['a'] } }),
    Type.Unsafe({ type: 'object', dependentRequired: { a: ['b'] } }),
    Type.Unsafe({ type: 'object', definitions: { a: { type: 'string' } } }),
    Type.Unsafe({ type: 'array' }),
    Type.Unsafe({ type: 'object', required: 'a' }),
    Type.Unsafe({ 'x-kubernetes-int-or-string': true, ...anything }),
    Type.Unsafe({ 'x-kubernetes-int-or-string': true, type: 'string' }),
    Type.Unsafe({ type: 'object', 'x-kubernetes-preserve-unknown-fields': false }),
    Type.Unsafe({ type: 'object', properties: {}, additionalProperties: { type: 'string' } }),
  ],
  Uppercase: [Type.Uppercase(a)],
  Void: [Type.Void()],
};

/** What the API server takes, and then misjudges a value. */
export const misleading: readonly (readonly [schema: TSchema, value: unknown])[] = [
  [Type.Number({ multipleOf: 0.25 }), 1],
  [Type.Unsafe({ type: 'number', enum: [1, 2.5] }), 1.5],
];

/** What this package offers for schemas. */
export const ours: readonly TSchema[] = [
  quantity(),
  quantities(),
  resources(),
  environment(),
  port(),
  oneOf(['a', 'b'], { default: 'a' }),
];

/** Any schema that the builders for JSON make, one inside the other. */
export const nested: fc.Arbitrary<TSchema> = fc.letrec<{ schema: TSchema }>((tie) => {
  const schema = tie('schema');
  const options = fc.constantFrom<SchemaOptions>({}, {}, { description: 'D' }, { title: 'T' });
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'metadata'), schema, { minKeys: 0, maxKeys: 3 });
  const several = fc.array(schema, { minLength: 1, maxLength: 3 });
  const leaf = fc.constantFrom(
    text,
    Type.String({ pattern: '^[ab]' }),
    Type.Integer({ minimum: 1 }),
    Type.Number(),
    Type.Boolean(),
    Type.Null(),
    a,
    b,
    Type.Literal(1),
    Type.Any(),
    Type.Any(anything),
  );
  return {
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc
        .tuple(fields, options, fc.constantFrom(undefined, true, false))
        .map(([properties, more, additionalProperties]) =>
          Type.Object(properties, { ...more, ...(additionalProperties !== undefined && { additionalProperties }) }),
        ),
      fc.tuple(schema, options).map(([items, more]) => Type.Array(items, more)),
      schema.map((values) => Type.Record(text, values)),
      fc.tuple(several, options).map(([members, more]) => Type.Union(members, more)),
      several.map((members) => Type.Intersect(members)),
      schema.map((one) => Type.Not(one)),
      schema.map((one) => Type.Optional(one)),
    ),
  };
}).schema;

/** Values to try a schema with: a full one of its own, and some that fit few. */
export function valuesFor(schema: TSchema): readonly unknown[] {
  const few = [
    'a',
    'b',
    '',
    'xyz',
    0,
    1,
    1.5,
    true,
    null,
    [],
    ['a'],
    {},
    { a: 'a' },
    { a: 1 },
    { b: 1 },
    { a: 'a', b: 1 },
  ];
  try {
    return [Value.Create(filled(schema)), ...few].filter((value) => value !== undefined);
  } catch {
    return few;
  }
}

/**
 * Whether TypeBox takes a value, where objects have the fields that their schemas name and where they may have others;
 * undefined of a schema that TypeBox did not make. What it takes by no other field, the API server has to store as it
 * is; what it takes by none, to refuse.
 */
export function typeBoxTakes(schema: TSchema, value: unknown): { closed: boolean; open: boolean } | undefined {
  const open = deeply(schema, ({ format: _, ...rest }) => rest);
  try {
    return {
      closed: Value.Check(closed(schema), value),
      open: Value.Check(open, Value.Default(open, Value.Clone(value))),
    };
  } catch {
    return undefined;
  }
}

function closed(schema: TSchema): TSchema {
  return deeply(schema, (rest) =>
    rest.properties && rest.additionalProperties === undefined ? { ...rest, additionalProperties: false } : rest,
  );
}

/** Every property is there, every list has an item. */
function filled(schema: TSchema): TSchema {
  return deeply(schema, (one) => {
    if (one.items && !Array.isArray(one.items)) return { ...one, minItems: 1 };
    return one.properties ? { ...one, required: Object.keys(one.properties as object) } : one;
  });
}

type Part = Readonly<Record<string | symbol, unknown>>;

function deeply(schema: TSchema, change: (part: Part) => Part): TSchema {
  const each = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(each);
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string | symbol, unknown> = {};
    for (const key of Reflect.ownKeys(value)) copy[key] = each((value as Record<string | symbol, unknown>)[key]);
    return change(copy);
  };
  return each(schema) as TSchema;
}
