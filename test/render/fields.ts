import type { TSchema } from '@sinclair/typebox';
import { spec as specSchema } from '../../lib/resource/spec.js';
import { elsewhere, type Json, surroundings, values } from './field-values.js';

/** Fields that can stand in one spec, and what must be around them so that they count. */
export interface Bundle {
  readonly around: Json;
  readonly fields: readonly Field[];
}

/** A field that holds a value, at any depth; items of a list are the first one. */
export interface Field {
  readonly path: string;
  readonly value: unknown;
  /** What it may be changed to. */
  readonly other: unknown;
  /** Whether what is around it cannot be without it. */
  readonly required: boolean;
  /** A spec in which the field counts. */
  readonly around: Json;
}

/** What Kubernetes asks for beside the fields around it, and the schema does not. */
const alsoRequired = /^database\.mysqlHost$|match(Expressions|Fields)\.0\.values$|httpGet\.port$|tcpSocket\.port$/;

/** Of each of these a spec has one. */
const alternatives: readonly (readonly string[])[] = [
  ['exec', 'grpc', 'httpGet', 'tcpSocket'],
  ['value', 'valueFrom'],
  ['ipBlock', 'namespaceSelector', 'podSelector'],
  ['configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'],
];

/** Beside these some others would not count. */
const alone: ReadonlySet<string> = new Set([
  'type',
  'database.schema',
  'podSecurity',
  'console.type',
  ...['ai', 'dns', 'xds'].map((name) => `endpoints.${name}.type`),
  'networkPolicy.enabled',
  'database.schema',
  'podSecurity',
  'console.type',
]);

/** Every field of the spec that shows in the children, in as few specs as can be. */
export function bundles(): Bundle[] {
  const bundles: { around: Json; fields: Field[] }[] = [];
  for (const field of allPaths()
    .filter((path) => !elsewhere.some(([one]) => one.test(path)))
    .map(fieldAt)) {
    const bundle = bundles.find(
      ({ around, fields }) =>
        JSON.stringify(around) === JSON.stringify(field.around) && !fields.some((other) => clash(other, field)),
    );
    if (bundle) bundle.fields.push(field);
    else bundles.push({ around: field.around, fields: [field] });
  }
  return bundles;
}

function clash(one: Field, another: Field): boolean {
  if (alone.has(one.path) || alone.has(another.path)) return true;
  const [first, second] = [one.path.split('.'), another.path.split('.')];
  const at = first.findIndex((name, i) => name !== second[i]);
  return alternatives.some((names) => names.includes(first[at]!) && names.includes(second[at]!));
}

/** A spec in which each field of a bundle has the value that is asked for; undefined leaves it out. */
export function specOf({ around, fields }: Bundle, content: (field: Field) => unknown): Json {
  const filled = fields.reduce((spec, field) => withValue(spec, field.path, content(field)), around);
  return asSpec(filled) as Json;
}

/** Of every field that the schema has. */
export function allPaths(schema: TSchema = specSchema, path = ''): string[] {
  if (schema.properties && Object.keys(schema.properties).length > 0)
    return Object.entries<TSchema>(schema.properties).flatMap(([name, inner]) =>
      allPaths(inner, path ? `${path}.${name}` : name),
    );
  if (schema.type === 'array' && schema.items.properties) return allPaths(schema.items, `${path}.0`);
  return [path];
}

/** Of rows of the tables that are about no field any more. */
export function strayRows(): string[] {
  const paths = allPaths();
  const patterns = [...values, ...elsewhere].map(([field]) => field);
  return [
    ...patterns.filter((field) => !paths.some((path) => field.test(path))).map(String),
    ...Object.keys(surroundings).filter((prefix) => !paths.some((path) => path.startsWith(prefix))),
  ];
}

function fieldAt(path: string): Field {
  const { schema, required } = schemaAt(path);
  const row = values.find(([field]) => field.test(path));
  const value = row ? row[1] : sampleOf(schema);
  const key = Object.keys(surroundings)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return {
    path,
    value,
    other: row ? row[2] : another(schema, value),
    required: required || alsoRequired.test(path),
    around: key ? surroundings[key]! : {},
  };
}

function schemaAt(path: string): { readonly schema: TSchema; readonly required: boolean } {
  let schema: TSchema = specSchema;
  let required = false;
  for (const name of path.split('.')) {
    if (name === '0') schema = schema.items;
    else {
      required = schema.required?.includes(name) ?? false;
      schema = schema.properties[name];
    }
  }
  return { schema, required };
}

/** A value that the schema takes, and that is not its default. */
function sampleOf(schema: TSchema): unknown {
  const { anyOf, type, default: standard } = schema;
  if (anyOf?.[0]?.const !== undefined) return constants(schema).find((one) => one !== standard);
  if (anyOf) return 7;
  if (type === 'boolean') return standard !== true;
  if (type === 'integer') return Math.max(schema.minimum ?? 0, 7);
  if (type === 'array') return [sampleOf(schema.items)];
  if (schema.patternProperties) return { 'some-key': 'some-value' };
  return 'some-value';
}

function another(schema: TSchema, value: unknown): unknown {
  if (schema.anyOf?.[0]?.const !== undefined) return constants(schema).find((one) => one !== value);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.map((item) => another(schema.items, item));
  return schema.patternProperties ? { 'some-key': 'another' } : 'another';
}

function constants({ anyOf }: TSchema): unknown[] {
  return anyOf.map((one: TSchema) => one.const).filter((one: unknown) => one !== '');
}

/** A spec with a value at a path; undefined takes it away, and what is empty then. Items of lists are called 0. */
function withValue(spec: Json, path: string, value: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  const inner = rest.length > 0 ? withValue((spec[name] ?? {}) as Json, rest.join('.'), value) : value;
  const isEmpty = rest.length > 0 && Object.keys(inner as Json).length === 0;
  const { [name]: _, ...others } = spec;
  return inner === undefined || isEmpty ? others : { ...others, [name]: inner };
}

/** With lists in the place of `{ 0: … }`. */
function asSpec(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asSpec);
  const entries = Object.entries(value).map(([name, inner]) => [name, asSpec(inner)] as const);
  return entries.length === 1 && entries[0]![0] === '0' ? [entries[0]![1]] : Object.fromEntries(entries);
}
