import { isSchema } from './schema.js';

type Check = readonly [fits: (value: unknown) => boolean, what: string];

const text: Check = [(value) => typeof value === 'string', 'a text'];
const flag: Check = [(value) => typeof value === 'boolean', 'true or false'];
const yes: Check = [(value) => value === true, 'true, or left out'];
const number: Check = [(value) => Number.isFinite(value), 'a number'];
const count: Check = [(value) => Number.isSafeInteger(value), 'a whole number'];
const list: Check = [Array.isArray, 'a list'];
const texts: Check = [(value) => Array.isArray(value) && value.every(text[0]), 'a list of texts'];
const schema: Check = [isSchema, 'a schema'];
const schemas: Check = [(value) => Array.isArray(value) && value.every(isSchema), 'a list of schemas'];
const byName: Check = [(value) => isSchema(value) && Object.values(value).every(isSchema), 'schemas by name'];
const json: Check = [isJson, 'a value that JSON has, and not null, which it would not keep'];
const oneOf = (...values: readonly unknown[]): Check => [
  (value) => values.includes(value),
  `one of ${values.join(', ')}`,
];

/** What the API server knows (apiextensions-apiserver v1/types_jsonschema.go), and what it takes of it. */
export const keywords: Readonly<Record<string, Check>> = {
  description: text,
  title: text,
  type: oneOf('string', 'number', 'integer', 'boolean', 'array', 'object'),
  format: text,
  default: json,
  example: json,
  enum: list,
  nullable: flag,
  externalDocs: schema,
  minimum: number,
  maximum: number,
  exclusiveMinimum: flag,
  exclusiveMaximum: flag,
  multipleOf: number,
  minLength: count,
  maxLength: count,
  pattern: text,
  minItems: count,
  maxItems: count,
  uniqueItems: [(value) => value === false, 'false'],
  minProperties: count,
  maxProperties: count,
  required: texts,
  items: schema,
  properties: byName,
  additionalProperties: [(value) => typeof value === 'boolean' || isSchema(value), 'true, false or a schema'],
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schema,
  'x-kubernetes-preserve-unknown-fields': yes,
  'x-kubernetes-embedded-resource': flag,
  'x-kubernetes-int-or-string': flag,
  'x-kubernetes-list-type': oneOf('atomic', 'set', 'map'),
  'x-kubernetes-list-map-keys': texts,
  'x-kubernetes-map-type': oneOf('atomic', 'granular'),
  'x-kubernetes-validations': [(value) => Array.isArray(value) && value.every(isSchema), 'a list of rules'],
};

const rule = 'write a CEL rule into x-kubernetes-validations';
/** For what no type says. */
export const anything = "let it hold anything with { 'x-kubernetes-preserve-unknown-fields': true }";

/** What says the same in the API server's words. */
const instead: Readonly<Record<string, string>> = {
  $id: 'leave it out, and write schemas that refer to it out',
  $ref: `write the schema out where it is used; of what contains itself, ${anything}`,
  $defs: 'write the schema out where it is used',
  additionalItems: 'use Type.Array with items of one type',
  contains: `${rule}, such as self.exists(item, item == 'a')`,
  examples: 'use example, which has one',
  exclusiveMaximum:
    'use maximum, for a whole number the one below; for others Type.Unsafe with maximum and exclusiveMaximum: true',
  exclusiveMinimum:
    'use minimum, for a whole number the one above; for others Type.Unsafe with minimum and exclusiveMinimum: true',
  items: 'a tuple has no place: use Type.Array with items of one type, or Type.Object with a property for each',
  patternProperties: `use Type.Record(Type.String(), …); for what its keys must be like, ${rule}`,
  unevaluatedProperties: 'leave it out: fields that no schema names are never stored',
  uniqueItems: "use { 'x-kubernetes-list-type': 'set' }, which also merges what several write",
};

/** The same for types. */
export const insteadOfType: Readonly<Record<string, string>> = {
  null: 'use Type.Union([…, Type.Null()]) with the type that it has otherwise',
  Date: "use Type.String({ format: 'date-time' })",
  Uint8Array: "use Type.String({ format: 'byte' }), which is base64",
  RegExp: 'use Type.String({ pattern })',
  bigint: 'use Type.String({ pattern }): numbers beyond 2^53 lose digits on their way through JavaScript',
};

/** Why a schema may not have a keyword, or not with that value; undefined where it may. */
export function keywordProblem(keyword: string, value: unknown): string | undefined {
  const [fits, what] = keywords[keyword] ?? [];
  const advice = instead[keyword];
  if (!fits) return `the API server does not know ${keyword}: ${advice ?? `leave it out, or ${rule}`}`;
  return fits(value) ? undefined : `the API server takes for ${keyword} only ${what}${advice ? `: ${advice}` : ''}`;
}

function isJson(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  try {
    return JSON.stringify(JSON.parse(JSON.stringify(value))) === JSON.stringify(value) && isPlain(value);
  } catch {
    return false;
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'function';
  return (
    (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) && Object.values(value).every(isPlain)
  );
}
