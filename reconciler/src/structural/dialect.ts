import { isSchema, join, mapValues, propertiesOf, type Schema, SchemaError, without } from './schema.js';

/**
 * TypeBox's words → those of the API server: a constant is an enum of one, a record has `additionalProperties`, null
 * is `nullable`, a union of literals an enum, and one of an integer and text an int-or-string. A property with a
 * default is not required. What has no other word stays as it is.
 */
export function translate(schema: Schema, path: string): Schema {
  if ('const' in schema) return { ...without(schema, ['const']), ...constants([schema]) };
  if (Array.isArray(schema.anyOf)) return union(schema, path);
  const { properties, items, additionalProperties, patternProperties, required } = schema;
  const translated = { ...schema } as Record<string, unknown>;
  for (const junctor of ['allOf', 'oneOf'] as const) {
    if (Array.isArray(schema[junctor]))
      translated[junctor] = schema[junctor].map((one, index) => translate(one, `${path} (${junctor} ${index + 1})`));
  }
  if (isSchema(schema.not)) translated.not = translate(schema.not, `${path} (not)`);
  if (isSchema(items)) translated.items = translate(items, `${path}[]`);
  if (isSchema(properties)) {
    translated.properties = mapValues(propertiesOf(schema), (one, name) => translate(one, join(path, name)));
    const needed = ((required ?? []) as string[]).filter((name) => !('default' in (propertiesOf(schema)[name] ?? {})));
    delete translated.required;
    if (needed.length > 0) translated.required = needed;
  }
  const values = isSchema(patternProperties) ? patternProperties['^(.*)$'] : undefined;
  const further = additionalProperties ?? values;
  delete translated.additionalProperties;
  if (isSchema(values)) delete translated.patternProperties;
  if (isSchema(further) && Object.keys(further).length > 0) {
    translated.additionalProperties = translate(further, `${path}.*`);
  } else if (further === true || isSchema(further)) {
    translated['x-kubernetes-preserve-unknown-fields'] = true;
  }
  // Null is anything too, but is stored only where that is said (measured).
  const isAnything = translated.type === undefined && translated['x-kubernetes-preserve-unknown-fields'] === true;
  return isAnything ? { nullable: true, ...translated } : translated;
}

function union(schema: Schema, path: string): Schema {
  const outer = translate(without(schema, ['anyOf']), path);
  const all = flat(schema.anyOf as Schema[]);
  const options = all.filter(({ type }) => type !== 'null');
  if (options.length === 0) throw new SchemaError(path, 'holds nothing but null: give the type that it has otherwise');
  const choice = joined(outer, options, path);
  if (options.length === all.length) return choice;
  // The API server compares null with an enum, and finds it in none; what stands in allOf it does not ask about null
  // (kube-openapi schema.go).
  const { enum: values, ...rest } = choice;
  return { ...rest, nullable: true, ...(values !== undefined && { allOf: [{ enum: values }] }) };
}

function joined(outer: Schema, options: readonly Schema[], path: string): Schema {
  const isConstant = (option: Schema) => 'const' in option;
  const types = new Set(options.map(({ type }) => type));
  const anyOf = [{ type: 'integer' }, { type: 'string' }];
  if (outer['x-kubernetes-int-or-string']) return { ...outer, anyOf };
  if (types.size === 1 && options.every(isConstant)) {
    return { ...outer, ...constants(options) };
  }
  if (options.length === 1) return { ...translate(options[0]!, path), ...outer };
  const [number, ...numbers] = options.filter(({ type }) => type === 'integer');
  const texts = options.filter(({ type }) => type === 'string');
  if (number && numbers.length === 0 && texts.length === options.length - 1) {
    return {
      'x-kubernetes-int-or-string': true,
      ...without(number, ['type']),
      ...bounds(texts, path),
      ...outer,
      anyOf,
    };
  }
  return { ...outer, anyOf: options.map((option, index) => translate(option, `${path} (option ${index + 1})`)) };
}

/**
 * An enum of whole numbers is one of integers: as one of numbers the API server would take 1.5 for a 1 (measured,
 * kube-openapi validator.go).
 */
function constants(options: readonly Schema[]): Schema {
  const values = options.map((option) => option.const);
  return { type: values.every(Number.isInteger) ? 'integer' : options[0]!.type, enum: values };
}

/** What texts must be like beside a number, which an enum would refuse: one of some, or like the only one. */
function bounds(texts: readonly Schema[], path: string): Schema {
  const literal = (text: Schema) => String(text.const).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (texts.every((text) => 'const' in text)) return { pattern: `^(${texts.map(literal).join('|')})$` };
  if (texts.length === 1) return without(texts[0]!, ['type']);
  throw new SchemaError(path, 'a number or several kinds of text: write the texts as one Type.String with a pattern');
}

/** A union in a union is the same as one. */
function flat(options: readonly Schema[]): readonly Schema[] {
  return options.flatMap((option) =>
    Array.isArray(option.anyOf) && Object.keys(option).length === 1 ? flat(option.anyOf) : [option],
  );
}
