import type { TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Default } from '@sinclair/typebox/value';
import { endpointNames } from '../server/endpoints.js';
import { brokenRules, brokenTransitions } from './check-rules.js';
import type { NacosObject } from './nacos.js';
import { type Problem, schemaProblem } from './problem.js';
import {
  configurationRules,
  consoleRules,
  objectRules,
  permissionRules,
  serviceRules,
  specRules,
  userRules,
} from './rules.js';
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

/** Leaves k8sWrapper alone: a null in it takes something away. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(fields.map(([name, inner]) => [name, name === 'k8sWrapper' ? inner : withoutNulls(inner)]));
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
    ...brokenRules(specRules, spec, 'spec.'),
    ...(spec.service ? brokenRules(serviceRules, spec.service, 'spec.service.') : []),
    ...(spec.console ? brokenRules(consoleRules, spec.console, 'spec.console.') : []),
    ...endpointNames.flatMap((name) => {
      const exposure = spec.endpoints?.[name];
      return exposure ? brokenRules(consoleRules, exposure, `spec.endpoints.${name}.`) : [];
    }),
    ...ofInitialData(spec),
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

function ofInitialData({ initialData = { policy: 'KeepChanges' } }: NacosSpec): Problem[] {
  const lists = { users: userRules, permissions: permissionRules, configurations: configurationRules };
  return Object.entries(lists).flatMap(([name, rules]) => {
    const items = initialData[name as keyof typeof lists] ?? [];
    return items.flatMap((item, index) => brokenRules(rules, item, `spec.initialData.${name}.${index}.`));
  });
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
