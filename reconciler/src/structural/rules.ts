import { anything, insteadOfType, keywordProblem, keywords } from './keywords.js';
import { patternProblem } from './pattern.js';
import { branchesOf, isSchema, join, junctors, propertiesOf, type Schema, SchemaError } from './schema.js';
import { judgeRules } from './validation-rules.js';
import { misfit } from './value.js';

export { judgeDefinition } from './definition-rules.js';

/**
 * The rules of the API server for a schema that is in its own words already (apiextensions-apiserver, validation.go and
 * schema/validation.go, both 0.37.1). What its CEL rules cost and mean only the API server judges.
 *
 * @throws SchemaError for the first that is broken
 */
export function judge(schema: Schema, path: string): void {
  const problem = rules.map((rule) => rule(schema)).find((found) => found !== undefined);
  if (problem) throw new SchemaError(path, problem);
  judgeRules(schema, path);
  for (const junctor of junctors)
    for (const branch of branchesOf(schema, junctor)) judgeBranch(branch, `${path} (${junctor})`);
  for (const [name, property] of Object.entries(propertiesOf(schema))) judge(property, join(path, name));
  if (isSchema(schema.items)) judge(schema.items, `${path}[]`);
  if (isSchema(schema.additionalProperties)) judge(schema.additionalProperties, `${path}.*`);
  const wrong = schema.default === undefined ? undefined : misfit(schema.default, schema, 'default');
  if (wrong) throw new SchemaError(path, `its ${wrong}`);
}

const rules = [typeProblem, wordProblem, extensionProblem, partsProblem, listProblem];

function wordProblem(schema: Schema): string | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    const problem = value === undefined || keyword === 'type' ? undefined : keywordProblem(keyword, value);
    if (problem) return problem;
  }
  if (schema.multipleOf !== undefined && !Number.isInteger(schema.multipleOf)) {
    return `has multipleOf ${schema.multipleOf}, with which the API server refuses whole numbers: use a whole one`;
  }
  const whole = Array.isArray(schema.enum) && schema.enum.some(Number.isInteger);
  if (whole && schema.type === 'number') {
    return "has whole numbers in an enum of numbers, where the API server takes 1.5 for 1: make its type 'integer'";
  }
  const pattern = schema.pattern === undefined ? undefined : patternProblem(schema.pattern as string);
  return pattern && `its pattern ${pattern}`;
}

function typeProblem({ type }: Schema): string | undefined {
  if (type === undefined || keywords.type![0](type)) return undefined;
  if (Array.isArray(type))
    return 'has several types, where the API server knows one: use a union, or nullable: true for null';
  const advice = insteadOfType[String(type)] ?? 'JSON has no such values: use a type that it has';
  return `has type ${type}, which the API server does not know: ${advice}`;
}

function extensionProblem({ type, ...schema }: Schema): string | undefined {
  const mixed = schema['x-kubernetes-int-or-string'];
  const free = schema['x-kubernetes-preserve-unknown-fields'];
  const embedded = schema['x-kubernetes-embedded-resource'];
  if (mixed && (free || embedded)) return 'is an int-or-string, and so no object with fields to preserve or check';
  if (embedded && type !== 'object') return "is an embedded resource: its type must be 'object'";
  return type !== undefined || mixed || free ? undefined : `has no type: give one, or ${anything}`;
}

function partsProblem(schema: Schema): string | undefined {
  const { type, items, properties, additionalProperties } = schema;
  if (type === 'array' && !items) return 'is an array without items: say what it holds, with Type.Array';
  const named = Object.keys(propertiesOf(schema)).length > 0;
  if (named && additionalProperties !== undefined && additionalProperties !== true) {
    return 'has both properties and a schema for all others: name the properties, or use Type.Record alone';
  }
  if (schema['x-kubernetes-embedded-resource'] !== true) return undefined;
  if (additionalProperties !== undefined) return 'is an embedded resource, which has no additionalProperties';
  if (!named && !schema['x-kubernetes-preserve-unknown-fields']) {
    return `is an embedded resource without properties: name them, or ${anything}`;
  }
  const { kind, apiVersion, metadata } = (properties ?? {}) as Record<string, Schema>;
  if ([kind, apiVersion].some((one) => one && one.type !== 'string')) return 'has a kind or apiVersion that is no text';
  return metadata && metadata.type !== 'object' ? 'has metadata that is no object' : undefined;
}

function listProblem(schema: Schema): string | undefined {
  const { type, items } = schema;
  const listType = schema['x-kubernetes-list-type'];
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []) as string[];
  if (schema['x-kubernetes-map-type'] !== undefined && type !== 'object')
    return 'has x-kubernetes-map-type, but is no object';
  if (listType !== undefined && type !== 'array') return 'has x-kubernetes-list-type, but is no array';
  if (keys.length > 0 && listType !== 'map')
    return "has x-kubernetes-list-map-keys, but x-kubernetes-list-type is not 'map'";
  if (!isSchema(items) || (listType !== 'set' && listType !== 'map')) return undefined;
  if (items.nullable) return `is a list of type ${listType}, in which items cannot be null`;
  if (listType === 'set') return setProblem(items);
  if (keys.length === 0)
    return 'is a list of type map without x-kubernetes-list-map-keys: name the properties that identify its items';
  if (items.type !== 'object') return 'is a list of type map, in which items must be objects';
  if (new Set(keys).size < keys.length) return 'names a key twice in x-kubernetes-list-map-keys';
  return keys.map((key) => keyProblem(key, items)).find((problem) => problem);
}

function setProblem(items: Schema): string | undefined {
  const nested = items['x-kubernetes-list-type'];
  if (items.type === 'array' && nested !== undefined && nested !== 'atomic')
    return 'is a set, in which items cannot be sets or maps';
  const whole = items['x-kubernetes-map-type'] === 'atomic';
  if (items.type === 'object' && !whole) return "is a set of objects: give these { 'x-kubernetes-map-type': 'atomic' }";
  return undefined;
}

function keyProblem(key: string, items: Schema): string | undefined {
  const property = propertiesOf(items)[key];
  if (!property) return `has ${key} in x-kubernetes-list-map-keys, which its items do not have`;
  if (property.type === 'array' || property.type === 'object') return `has the key ${key}, which is no single value`;
  if (property.nullable) return `has the key ${key}, which cannot be null`;
  const required = ((items.required ?? []) as string[]).includes(key);
  return required || property.default !== undefined
    ? undefined
    : `has the key ${key}, which must be required or have a default`;
}

/** A branch has conditions only; what it consists of has moved in front of it. */
function judgeBranch(branch: Schema, path: string): void {
  const problem = wordProblem(branch);
  if (problem) throw new SchemaError(path, problem);
  if (branch['x-kubernetes-validations'])
    throw new SchemaError(path, 'has a CEL rule inside of a union: put it on the union');
  if (propertiesOf(branch).metadata)
    throw new SchemaError(path, 'has conditions for metadata, which the API server keeps for itself');
  for (const junctor of junctors) for (const one of branchesOf(branch, junctor)) judgeBranch(one, path);
  for (const [name, property] of Object.entries(propertiesOf(branch))) judgeBranch(property, join(path, name));
  if (isSchema(branch.items)) judgeBranch(branch.items, `${path}[]`);
}
