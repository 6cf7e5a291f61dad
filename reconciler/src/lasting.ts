import type { JSONSchemaProps } from 'kubernetes-types/apiextensions/v1.js';
import { propertiesOf, type Schema } from './structural/schema.js';

/** The rule of `immutable`. */
export const unchanged = 'self == oldSelf';

/**
 * A schema in which what cannot change cannot go either. The API server asks a rule about `oldSelf` only where both
 * values are there ("Transition rules" on
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/): without another
 * rule in front an optional field could be taken away, and then be set again.
 */
export function lasting(schema: JSONSchemaProps): JSONSchemaProps {
  const rules = removable({ ...schema }, [], false).map(({ path, message }) => ({
    rule: `!(${there('oldSelf', path)}) || (${there('self', path)})`,
    ...(message !== undefined && { message }),
  }));
  if (rules.length === 0) return schema;
  const { 'x-kubernetes-validations': own = [] } = schema as {
    readonly 'x-kubernetes-validations'?: readonly object[];
  };
  return { ...schema, 'x-kubernetes-validations': [...own, ...rules] } as JSONSchemaProps;
}

interface Removable {
  readonly path: readonly string[];
  readonly message: unknown;
}

/** What cannot change and can be left out, or what it is in can. */
function removable(schema: Schema, path: readonly string[], isOptional: boolean): Removable[] {
  const required = (schema.required ?? []) as readonly string[];
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const below = [...path, name];
    const isThere = (required.includes(name) || property.default !== undefined) && property.nullable !== true;
    const inside = removable(property, below, isOptional || !isThere);
    const rules = (property['x-kubernetes-validations'] ?? []) as readonly Schema[];
    const found = isOptional || !isThere ? rules.filter(({ rule }) => rule === unchanged) : [];
    return [...found.map(({ message }) => ({ path: below, message })), ...inside];
  });
}

/** `has(self.a) && has(self.a.b)` */
function there(root: string, path: readonly string[]): string {
  const names = path.map(escaped);
  return names.map((_, i) => `has(${[root, ...names.slice(0, i + 1)].join('.')})`).join(' && ');
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** As CEL names a field (the same page, "Escaping"). */
function escaped(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  const words: Readonly<Record<string, string>> = { __: 'underscores', '.': 'dot', '-': 'dash', '/': 'slash' };
  return name.replace(/__|[./-]/g, (part) => `__${words[part]}__`);
}
