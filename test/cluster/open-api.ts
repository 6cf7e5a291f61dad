import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

type Schemas = Readonly<Record<string, Schema>>;

/**
 * Writes a JSON schema for each of `kinds`, custom resources included. Waits for those that the API server publishes
 * late: it does so some time after it serves a new definition.
 *
 * @returns the file name pattern by which kubeconform finds them
 */
export async function writeSchemas(api: Api, directory: string, kinds: ReadonlySet<string>): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const written = new Set<string>();
  for (const until = Date.now() + 60_000; written.size < kinds.size && Date.now() < until; await sleep(500)) {
    const { paths } = await get<{ paths: Readonly<Record<string, unknown>> }>(api, '/openapi/v3');
    for (const path of Object.keys(paths).filter((path) => /^apis?\//.test(path))) {
      // A definition of another test may be gone by now.
      const answer = await get<{ components?: { schemas?: Schemas } }>(api, `/openapi/v3/${path}`).catch(
        () => undefined,
      );
      for (const kind of writeGroup(answer?.components?.schemas ?? {}, directory, kinds)) written.add(kind);
    }
  }
  return join(directory, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

/** These answers call themselves plain text. */
async function get<T>(api: Api, path: string): Promise<T> {
  const answer = await api.get<T | string>(path);
  return typeof answer === 'string' ? JSON.parse(answer) : answer;
}

/** @returns the kinds that were written */
function writeGroup(schemas: Schemas, directory: string, wanted: ReadonlySet<string>): string[] {
  const written: string[] = [];
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
    written.push(kind);
  }
  return written;
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
