import { evaluate } from '@marcbachmann/cel-js';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Rule } from 'cdk8s-reconciler';
import type { NacosObject } from './nacos.js';
import { objectRules, serviceRules, specRules } from './rules.js';
import { type NacosSpec, spec as specSchema } from './spec.js';

/** A Nacos as a user writes it: what has a default may be missing. */
export interface NacosManifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & NacosObject['metadata'];
  readonly spec?: unknown;
  readonly status?: NacosObject['status'];
}

/** What is wrong with a field, in words that say what to do. */
export interface Problem {
  /** Such as `spec.database.mysqlHost`. */
  readonly path: string;
  readonly message: string;
}

/** Fills in the defaults of the schema, as the API server does. Does not change `manifest`. */
export function withDefaults(manifest: NacosManifest): NacosObject {
  const spec = Value.Default(specSchema, structuredClone(manifest.spec ?? {})) as NacosSpec;
  return { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: manifest.metadata, spec, status: manifest.status };
}

/**
 * Checks a manifest by the schema and the rules that the API server has, without one: for constructs and the command line.
 * Rules that compare with a former object are left to the API server.
 */
export function validate(manifest: NacosManifest): Problem[] {
  const nacos = withDefaults(manifest);
  const problems = schemaProblems(nacos.spec);
  if (problems.length > 0) return problems;
  return [
    ...broken(objectRules, { metadata: { name: nacos.metadata.name } }, ''),
    ...broken(specRules, nacos.spec, 'spec'),
    ...(nacos.spec.service ? broken(serviceRules, nacos.spec.service, 'spec.service') : []),
  ];
}

/** `spec`, with fields that it does not know refused instead of dropped. */
const strictSpec = strict(specSchema) as typeof specSchema;

function schemaProblems(spec: NacosSpec): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { path, message, schema, value } of Value.Errors(strictSpec, spec)) {
    const field = `spec${path.replaceAll('/', '.')}`;
    if (!problems.has(field)) problems.set(field, { path: field, message: describe(message, schema, value) });
  }
  return [...problems.values()];
}

function describe(message: string, schema: TSchema, value: unknown): string {
  if (message === 'Unexpected property') return 'there is no such field; see kubectl explain nacos.spec';
  const allowed = (schema.anyOf as TSchema[] | undefined)?.flatMap((option) =>
    'const' in option ? [option.const] : [],
  );
  if (allowed?.length)
    return `${JSON.stringify(value)} is not one of ${allowed.filter((one) => one !== '').join(', ')}`;
  return value === undefined ? 'is required' : `${JSON.stringify(value)} is not valid: ${message.toLowerCase()}`;
}

/** CEL has 64-bit integers where JSON has numbers. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, celValue(inner)]));
}

function broken(rules: readonly Rule[], self: unknown, path: string): Problem[] {
  const context = { self: celValue(self) };
  return rules
    .filter(({ rule }) => !rule.includes('oldSelf') && evaluate(rule, context) !== true)
    .map(({ message, fieldPath }) => {
      // The message starts with the field already, as the API server shows it without the path.
      const [, text = message] = /^[\w.]+: (.*)$/s.exec(message) ?? [];
      return { path: `${path}${fieldPath ?? ''}` || 'metadata.name', message: text };
    });
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
