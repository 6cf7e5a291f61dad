import { isDeepStrictEqual } from 'node:util';
import { formats } from './formats.js';
import { branchesOf, isSchema, propertiesOf, type Schema } from './schema.js';

/**
 * Where and why the API server refuses a value of a structural schema, rare formats aside; undefined where it does not.
 *
 * @param path of the value, with which the answer begins: `default.size is less than 1`
 */
export function misfit(value: unknown, schema: Schema, path: string): string | undefined {
  const because = (broken: boolean | undefined, why: string) => (broken ? `${path} ${why}` : undefined);
  if (value === null) return because(!schema.nullable, 'is null') ?? because(schema.enum !== undefined, 'is null');
  return (
    because(!isOfType(value, schema), `is no ${schema.type ?? 'integer or string'}`) ??
    because(
      isSchema(schema) && Array.isArray(schema.enum) && !schema.enum.some((one) => isDeepStrictEqual(one, value)),
      'is not in enum',
    ) ??
    because(boundsProblem(value, schema) !== undefined, String(boundsProblem(value, schema))) ??
    junctorProblem(value, schema, path) ??
    partsMisfit(value, schema, path)
  );
}

function isOfType(value: unknown, { type, 'x-kubernetes-int-or-string': mixed }: Schema): boolean {
  if (mixed) return Number.isInteger(value) || typeof value === 'string';
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isSchema(value) : typeof value === type;
}

function boundsProblem(value: unknown, schema: Schema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, pattern } = schema as Record<
    string,
    number
  >;
  if (typeof value === 'number') {
    if (value < minimum! || (exclusiveMinimum && value === minimum)) return `is less than ${minimum}`;
    if (value > maximum! || (exclusiveMaximum && value === maximum)) return `is more than ${maximum}`;
    return multipleOf && value % multipleOf !== 0 ? `is no multiple of ${multipleOf}` : undefined;
  }
  const [what, size] =
    typeof value === 'string'
      ? ['Length', [...value].length]
      : Array.isArray(value)
        ? ['Items', value.length]
        : ['Properties', typeof value === 'object' ? Object.keys(value as object).length : 0];
  if (typeof value === 'boolean') return undefined;
  if (size < (schema[`min${what}`] as number)) return `has less than min${what}`;
  if (size > (schema[`max${what}`] as number)) return `has more than max${what}`;
  if (typeof value !== 'string') return undefined;
  const judge = formats[String(schema.format)];
  if (judge && !judge(value)) return `is no ${schema.format}`;
  return pattern !== undefined && !matches(value, String(pattern)) ? `does not match ${pattern}` : undefined;
}

/** What Go writes otherwise than JavaScript is left to the API server. */
function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function junctorProblem(value: unknown, schema: Schema, path: string): string | undefined {
  const fits = (branch: Schema) =>
    misfit(value, { 'x-kubernetes-preserve-unknown-fields': true, ...branch }, path) === undefined;
  const count = (junctor: 'anyOf' | 'oneOf' | 'not') => branchesOf(schema, junctor).filter(fits).length;
  const broken =
    !branchesOf(schema, 'allOf').every(fits) ||
    (schema.anyOf !== undefined && count('anyOf') === 0) ||
    (schema.oneOf !== undefined && count('oneOf') !== 1) ||
    count('not') > 0;
  return broken ? `${path} is not what allOf, anyOf, oneOf or not ask for` : undefined;
}

function partsMisfit(value: unknown, schema: Schema, path: string): string | undefined {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isSchema(items) ? first(value.map((one, index) => misfit(one, items, `${path}[${index}]`))) : undefined;
  }
  if (!isSchema(value)) return undefined;
  const missing = ((schema.required ?? []) as string[]).find((name) => !(name in value));
  if (missing) return `${path}.${missing} is missing`;
  return first(Object.entries(value).map(([name, one]) => fieldMisfit(name, one, schema, path)));
}

function fieldMisfit(name: string, value: unknown, schema: Schema, path: string): string | undefined {
  const property = propertiesOf(schema)[name] ?? schema.additionalProperties;
  if (isSchema(property)) return misfit(value, property, `${path}.${name}`);
  const kept =
    property === true || schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-embedded-resource'];
  return kept ? undefined : `${path}.${name} is a field that the schema does not have`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

/** A value as the API server completes it. */
export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return value.map((one) => (isSchema(schema.items) ? withDefaults(one, schema.items) : one));
  if (!isSchema(value)) return value;
  const complete: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    const given = name in value ? value[name] : property.default;
    if (given !== undefined) complete[name] = withDefaults(given, property);
  }
  return complete;
}
