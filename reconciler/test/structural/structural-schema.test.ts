import * as typebox from '@sinclair/typebox';
import { type TSchema, Type } from '@sinclair/typebox';
import { resource } from 'cdk8s-reconciler';
import { expect, it } from 'vitest';
import { byBuilder, misleading } from './constructs.js';

const definitionOf = (schema: TSchema) =>
  resource({ group: 'g.io', version: 'v1', kind: 'Typed', spec: Type.Object({ x: Type.Optional(schema) }) }).definition;
const schemaOf = (schema: TSchema) =>
  definitionOf(schema).spec.versions[0]!.schema!.openAPIV3Schema!.properties!.spec!.properties!.x;
const problemOf = (schema: TSchema): string => {
  try {
    definitionOf(schema);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

it("has an opinion on each of TypeBox's builders", () => {
  const builders = Object.getOwnPropertyNames(Type).filter((name) => name !== 'default' && name !== '__esModule');
  expect(Object.keys(byBuilder).sort()).toEqual(builders.sort());
  expect(typebox.Type).toBe(Type);
});

it('says for whatever it refuses where that is, and in words', () => {
  const problems = [...Object.values(byBuilder).flat(), ...misleading.map(([schema]) => schema)].map(problemOf);
  const refusals = problems.filter((problem) => problem !== 'none');
  expect(refusals.length).toBeGreaterThan(60);
  for (const refusal of refusals) expect(refusal).toMatch(/^\.spec\.x[^:]*: .{15}/);
});

it.each([
  [Type.Any(), 'has no type: give one, or let it hold anything'],
  [Type.Integer({ exclusiveMinimum: 0 }), 'use minimum, for a whole number the one above'],
  [Type.Tuple([Type.String()]), 'a tuple has no place: use Type.Array'],
  [Type.Record(Type.RegExp(/^a/), Type.String()), 'use Type.Record(Type.String(), …)'],
  [Type.Date(), "use Type.String({ format: 'date-time' })"],
  [Type.BigInt(), 'use Type.String({ pattern })'],
  [Type.String({ $id: 'x' }), 'does not know $id: leave it out'],
  [Type.String({ examples: ['a'] }), 'use example'],
  [Type.Array(Type.String(), { uniqueItems: true }), "use { 'x-kubernetes-list-type': 'set' }"],
  [Type.Array(Type.String(), { contains: Type.Literal('a') }), "self.exists(item, item == 'a')"],
  [Type.Not(Type.Literal('a')), 'write Type.Intersect([Type.String(), Type.Not(…)])'],
  [Type.Object({ a: Type.Integer({ minimum: 1, default: 0 }) }), '.spec.x.a: its default is less than 1'],
  [Type.Object({ a: Type.String() }, { default: { b: 1 } }), 'its default.a is missing'],
  [Type.Promise(Type.String()), 'has type Promise'],
])('has a remedy for %j', (schema, remedy) => {
  expect(problemOf(schema)).toContain(remedy);
});

it.each([
  [Type.Union([Type.String(), Type.Null()]), { type: 'string', nullable: true }],
  [Type.Union([Type.Integer(), Type.Literal('auto')]), { 'x-kubernetes-int-or-string': true, pattern: '^(auto)$' }],
  [Type.Object({}, { additionalProperties: true }), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
  [Type.Object({}, { additionalProperties: Type.Integer() }), { additionalProperties: { type: 'integer' } }],
  [
    Type.Union([Type.Object({ a: Type.String({ minLength: 1 }) }), Type.Object({ b: Type.Integer() })]),
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'integer' } },
      anyOf: [{ required: ['a'], properties: { a: { minLength: 1 } } }, { required: ['b'] }],
    },
  ],
  [
    Type.Intersect([Type.String({ maxLength: 9 }), Type.Not(Type.Literal('a'))]),
    { type: 'string', allOf: [{ maxLength: 9 }, { not: { enum: ['a'] } }] },
  ],
])('writes %j in the words of the API server', (schema, structural) => {
  expect(schemaOf(schema)).toMatchObject(structural);
});
