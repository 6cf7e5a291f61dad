import { isDeepStrictEqual } from 'node:util';
import {
  branchesOf,
  isSchema,
  join,
  junctors,
  mapValues,
  propertiesOf,
  type Schema,
  SchemaError,
  without,
} from './schema.js';

/** For people. Of several the first one counts. */
const remarks = ['title', 'description', 'example', 'externalDocs'];
/**
 * What a value consists of, which no branch of anyOf and the like may say (apiextensions-apiserver
 * schema/structural.go: Generic, Extensions).
 */
const makeup = [
  'type',
  'nullable',
  'default',
  'additionalProperties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
];
const intOrString = 'x-kubernetes-int-or-string';

/**
 * A structural schema says first what a value consists of, and then what is true of it: unions and intersections are
 * about the second only. So what their branches consist of is put together in front of them, and each keeps its
 * conditions.
 *
 * @throws SchemaError where branches consist of what one schema cannot
 */
export function combine(schema: Schema, path: string): Schema {
  if (schema[intOrString] === true) return schema;
  const own = { ...without(schema, junctors), ...parts(schema, path, combine) };
  const outer = merge(own, branchesMakeup(schema, path), path, false);
  return { ...outer, ...junctorConditions(schema, outer, path) };
}

/** What the branches of a schema consist of, together. */
function branchesMakeup(schema: Schema, path: string): Schema {
  return (['allOf', 'anyOf', 'oneOf'] as const).reduce<Schema>((all, junctor) => {
    const isChoice = junctor !== 'allOf';
    const branches = branchesOf(schema, junctor).map((branch) => makeupOf(branch, path));
    if (isChoice && branches.some(hasDefault)) {
      throw new SchemaError(path, 'a default inside a union would hold for all of it: put one on the union, or none');
    }
    const [first = {}, ...others] = branches;
    const together = others.reduce((one, other) => merge(one, other, path, isChoice), first);
    return merge(all, together, path, false);
  }, {});
}

function hasDefault(schema: Schema): boolean {
  const inside = [...Object.values(propertiesOf(schema)), ...(isSchema(schema.items) ? [schema.items] : [])];
  return 'default' in schema || inside.some(hasDefault);
}

function makeupOf(branch: Schema, path: string): Schema {
  const own = Object.fromEntries(
    Object.entries(branch).filter(([key]) => makeup.includes(key) || remarks.includes(key)),
  );
  return merge({ ...own, ...parts(branch, path, makeupOf) }, branchesMakeup(branch, path), path, false);
}

/** @param isChoice a value is of one or of the other, so that they must consist of the same */
function merge(one: Schema, other: Schema, path: string, isChoice: boolean): Schema {
  const both = isTyped(one) && isTyped(other);
  if (isChoice && isTyped(one) !== isTyped(other)) throw different('type', one, other, path);
  for (const key of makeup) {
    if (isDeepStrictEqual(one[key], other[key])) continue;
    const strict = both && (isChoice || key === 'nullable');
    if ((key in one && key in other) || strict) throw different(key, one, other, path);
  }
  const before = propertiesOf(one);
  const properties = mapValues(propertiesOf(other), (property, name) =>
    before[name] ? merge(before[name], property, join(path, name), isChoice) : property,
  );
  const items =
    isSchema(one.items) && isSchema(other.items) ? merge(one.items, other.items, `${path}[]`, isChoice) : undefined;
  return {
    ...other,
    ...one,
    ...(('properties' in one || 'properties' in other) && { properties: { ...before, ...properties } }),
    ...(items && { items }),
  };
}

/** The schemas that a schema is made of, each changed. */
function parts(schema: Schema, path: string, change: (part: Schema, path: string) => Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...(isSchema(properties) && {
      properties: mapValues(propertiesOf(schema), (part, name) => change(part, join(path, name))),
    }),
    ...(isSchema(items) && { items: change(items, `${path}[]`) }),
    ...(isSchema(additionalProperties) && { additionalProperties: combine(additionalProperties, `${path}.*`) }),
  };
}

/** Without a type, a schema only adds conditions to another one. */
function isTyped(schema: Schema): boolean {
  return 'type' in schema || intOrString in schema || 'x-kubernetes-preserve-unknown-fields' in schema;
}

function different(key: string, one: Schema, other: Schema, path: string): SchemaError {
  const said = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));
  const what = `the parts of a union or intersection differ in ${key}, ${said(one[key])} and ${said(other[key])}`;
  return new SchemaError(path, `${what}, but a field can have one only: give each a field of its own`);
}

/** Conditions of the branches, which are about what `outer` consists of. */
function junctorConditions(schema: Schema, outer: Schema, path: string): Schema {
  const conditions: Record<string, unknown> = {};
  for (const junctor of junctors) {
    const branches = branchesOf(schema, junctor).map((branch) => conditionsOf(branch, outer, path));
    if (junctor === 'not') Object.assign(conditions, branches.length > 0 && { not: branches[0] });
    // What is always true says nothing.
    else if (junctor === 'anyOf' && branches.some(isEmpty)) continue;
    else {
      const some = junctor === 'allOf' ? branches.filter((branch) => !isEmpty(branch)) : branches;
      if (some.length > 0) conditions[junctor] = some;
    }
  }
  return conditions;
}

function conditionsOf(branch: Schema, outer: Schema, path: string): Schema {
  if (isTyped(branch) && !isTyped(outer)) {
    throw new SchemaError(
      path,
      'says what it is not, but not what it is: write Type.Intersect([Type.String(), Type.Not(…)])',
    );
  }
  for (const key of makeup) {
    const value = branch[key];
    const said = isSchema(value) && key === 'additionalProperties' ? combine(value, `${path}.*`) : value;
    if (said !== undefined && !isDeepStrictEqual(said, outer[key])) throw different(key, outer, branch, path);
  }
  const properties = Object.entries(propertiesOf(branch)).map(([name, property]) => {
    const declared = propertiesOf(outer)[name];
    if (!declared)
      throw new SchemaError(
        join(path, name),
        'only has conditions: declare it outside of anyOf, allOf, oneOf or not too',
      );
    return [name, conditionsOf(property, declared, join(path, name))] as const;
  });
  const some = Object.fromEntries(properties.filter(([, property]) => !isEmpty(property)));
  const items =
    isSchema(branch.items) && isSchema(outer.items) ? conditionsOf(branch.items, outer.items, `${path}[]`) : {};
  return {
    ...without(branch, [...makeup, ...remarks, ...junctors, 'properties', 'items']),
    ...(!isEmpty(some) && { properties: some }),
    ...(!isEmpty(items) && { items }),
    ...junctorConditions(branch, outer, path),
  };
}

function isEmpty(schema: object): boolean {
  return Object.keys(schema).length === 0;
}
