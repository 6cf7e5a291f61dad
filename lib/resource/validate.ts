import type { TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Default } from '@sinclair/typebox/value';
import { brokenRules, brokenTransitions } from './check-rules.js';
import type { NacosObject } from './nacos.js';
import { type Problem, schemaProblem } from './problem.js';
import { objectRules, specRules } from './rules.js';
import { type NacosSpec, spec as specSchema } from './spec.js';

/** A Nacos as a user writes it: what has a default may be missing. */
export interface NacosManifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & NacosObject['metadata'];
  readonly spec?: unknown;
  readonly status?: NacosObject['status'];
}

/**
 * Fills in the defaults of the schema and drops fields that are null, as the API server does. Does not change
 * `manifest`.
 */
export function withDefaults(manifest: NacosManifest): NacosObject {
  const spec = Default(specSchema, withoutNulls(structuredClone(manifest.spec ?? {}))) as NacosSpec;
  return { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: manifest.metadata, spec, status: manifest.status };
}

/** A null in one of these takes something away. */
const keepsNulls: ReadonlySet<string> = new Set(['k8sWrapper', 'overlays']);

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(fields.map(([name, inner]) => [name, keepsNulls.has(name) ? inner : withoutNulls(inner)]));
}

/**
 * Checks a manifest by the schema and the rules that the API server has, without one: for constructs and the command
 * line. Rules that compare with a former object are left to the API server.
 */
export function validate(manifest: NacosManifest): Problem[] {
  const { metadata, spec } = withDefaults(manifest);
  const problems = schemaProblems(spec);
  if (problems.length > 0) return problems;
  return [
    ...brokenRules(objectRules, { metadata: { name: metadata.name }, spec }, ''),
    ...broken(specSchema, spec, 'spec.'),
  ];
}

/**
 * Checks a change by the rules that compare an object with what it was, as the API server does. Both have the schema's
 * defaults.
 */
export function validateChange(before: NacosObject, after: NacosObject): Problem[] {
  return [
    ...brokenTransitions(objectRules, { ...after, status: before.status }, before, ''),
    ...brokenTransitions(specRules, after.spec, before.spec, 'spec.'),
  ];
}

/** By the rules of the schema, at every depth. */
function broken(schema: TSchema, value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner: readonly [name: string, schema: TSchema | undefined, value: unknown][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), schema.items, item])
    : Object.entries(value).map(([name, field]) => [name, schema.properties?.[name], field]);
  return [
    ...brokenRules(schema['x-kubernetes-validations'] ?? [], value, path),
    ...inner.flatMap(([name, schema, value]) => (schema ? broken(schema, value, `${path}${name}.`) : [])),
  ];
}

/** `spec`, with fields that it does not know refused instead of dropped. */
const strictSpec = strict(specSchema) as typeof specSchema;

function schemaProblems(spec: NacosSpec): Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of Errors(strictSpec, spec)) {
    const path = `spec${error.path.replaceAll('/', '.')}`;
    if (!problems.has(path)) problems.set(path, schemaProblem(path, error));
  }
  return [...problems.values()];
}

function strict(schema: TSchema): TSchema {
  const copy: TSchema = { ...schema };
  if (schema.properties) {
    copy.properties = Object.fromEntries(
      Object.entries<TSchema>(schema.properties).map(([name, inner]) => [name, strict(inner)]),
    );
    copy.additionalProperties = schema['x-kubernetes-preserve-unknown-fields'] === true;
  }
  if (schema.items) copy.items = strict(schema.items);
  return copy;
}
