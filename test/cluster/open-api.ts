import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from './api.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

type Schemas = Readonly<Record<string, Schema>>;

/**
 * Writes a JSON schema for each of `kinds` that the API server knows, custom resources included.
 * @returns the file name pattern by which kubeconform finds them
 */
export async function writeSchemas(api: Api, directory: string, kinds: ReadonlySet<string>): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const { paths } = await get<{ paths: Readonly<Record<string, unknown>> }>(api, '/openapi/v3');
  for (const path of Object.keys(paths).filter((path) => /^apis?\//.test(path))) {
    const { components } = await get<{ components?: { schemas?: Schemas } }>(api, `/openapi/v3/${path}`);
    writeGroup(components?.schemas ?? {}, directory, kinds);
  }
  return join(directory, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

/** These answers call themselves plain text. */
async function get<T>(api: Api, path: string): Promise<T> {
  const answer = await api.get<T | string>(path);
  return typeof answer === 'string' ? JSON.parse(answer) : answer;
}

function writeGroup(schemas: Schemas, directory: string, wanted: ReadonlySet<string>): void {
  const components = {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)])),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    // More than one: a type such as DeleteOptions, which is no object of its own.
    if (kinds.length !== 1 || !kinds[0] || !wanted.has(kinds[0].kind)) continue;
    const { group, version, kind } = kinds[0];
    const file = [kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-');
    writeFileSync(
      join(directory, `${file}.json`),
      JSON.stringify({ $ref: `#/components/schemas/${name}`, components }),
    );
  }
}

/** The API server's schemas allow what they do not name. */
function strict(schema: Schema): Schema {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(strict) as unknown as Schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, strict(value as Schema)]),
  ) as Schema;
  const closed = schema.properties && !schema.additionalProperties && !schema['x-kubernetes-preserve-unknown-fields'];
  return closed ? { ...inner, additionalProperties: false } : inner;
}
