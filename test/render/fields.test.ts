import type { TSchema } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { spec as specSchema } from '../../lib/resource/spec.js';
import { validate } from '../../lib/resource/validate.js';
import { nacos } from '../nacos-object.js';

type Json = Record<string, unknown>;

/** A field of which the children show nothing, and who does. */
const elsewhere: readonly (readonly [field: RegExp, where: string])[] = [
  [/^paused$/, 'the loop, which does nothing'],
  [/^initialData\./, 'the servers themselves, see test/cluster/initial-data.test.ts'],
];

/** What must be around a field so that it counts; by the longest path that a field begins with. */
const around: Readonly<Record<string, Json>> = {
  replicas: { type: 'cluster' },
  mysqlInitImage: { database: { type: 'mysql', mysqlHost: 'db' } },
  database: { database: { type: 'mysql', mysqlHost: 'db' } },
  'database.credentialsSecret': { database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } } },
  'database.type': { database: { mysqlHost: 'db' } },
  'certification.secretName': { certification: { enabled: true } },
  'certification.token': { certification: { enabled: true } },
  'volume.requests': { volume: { enabled: true } },
  'volume.storageClass': { volume: { enabled: true } },
  'volume.retain': { volume: { enabled: true } },
  'service.nodePorts': { service: { nodePorts: { http: 30848 } } },
  'service.loadBalancer': { service: { type: 'LoadBalancer' } },
  'service.externalTrafficPolicy': { service: { type: 'LoadBalancer' } },
  'console.loadBalancer': { console: { type: 'LoadBalancer' } },
  'console.externalTrafficPolicy': { console: { type: 'LoadBalancer' } },
  podDisruptionBudget: { type: 'cluster' },
  'podDisruptionBudget.maxUnavailable': { type: 'cluster', podDisruptionBudget: { enabled: true } },
  clusterDomain: { type: 'cluster' },
};

/** Values for fields whose schema does not say enough. */
const values: Readonly<Record<string, unknown>> = {
  replicas: 5,
  version: '2.3.2',
  'database.mysqlPort': '3307',
  'database.type': 'mysql',
  'service.nodePorts.http': 30999,
  'service.type': 'NodePort',
  'console.type': 'NodePort',
  'service.nodePorts.grpc': 31848,
  'k8sWrapper.PodSpec': { hostNetwork: true },
  'podDisruptionBudget.enabled': false,
  'volume.retain': false,
  type: 'cluster',
  function_mode: 'naming',
  'database.schema': 'External',
  podSecurity: 'restricted',
};

/** A field that says what is so anyway: the port is computed, and may be written down. */
const redundant: ReadonlySet<string> = new Set(['service.nodePorts.grpc']);

interface Leaf {
  readonly path: string;
  /** A spec with the field and what the schema requires beside it. */
  readonly with: Json;
  /** The same without the field; absent if that is required. */
  readonly without?: Json;
}

/** Every field that holds a value, at any depth; items of a list are the first one. */
function leaves(schema: TSchema, path = ''): string[] {
  if (schema.properties && Object.keys(schema.properties).length > 0)
    return Object.entries<TSchema>(schema.properties).flatMap(([name, inner]) =>
      leaves(inner, path ? `${path}.${name}` : name),
    );
  if (schema.type === 'array' && schema.items.properties) return leaves(schema.items, `${path}.0`);
  return [path];
}

function schemaAt(path: string): { readonly schema: TSchema; readonly required: boolean } {
  let schema: TSchema = specSchema;
  let required = false;
  for (const name of path.split('.')) {
    if (name === '0') schema = schema.items;
    else {
      required = schema.required?.includes(name) ?? false;
      schema = schema.properties[name];
    }
  }
  return { schema, required };
}

/** A value that the schema takes, and that is not its default. */
function valueFor(schema: TSchema): unknown {
  const { anyOf, type, default: standard, properties, required = [], pattern } = schema;
  if (anyOf?.[0]?.const !== undefined)
    return anyOf.map((one: TSchema) => one.const).find((one: unknown) => one !== standard && one !== '');
  if (anyOf) return pattern ? '3Gi' : 7;
  if (type === 'boolean') return standard !== true;
  if (type === 'integer') return Math.max(schema.minimum ?? 0, 7);
  if (type === 'array') return [valueFor(schema.items)];
  if (type === 'string') return pattern ? '1' : 'some-value';
  if (schema.patternProperties) return { storage: valueFor(Object.values(schema.patternProperties)[0] as TSchema) };
  return Object.fromEntries(required.map((name: string) => [name, valueFor(properties[name])]));
}

/** Sets a field; objects on the way get what they require. */
function set(spec: Json, path: string, value: unknown): Json {
  const result = structuredClone(spec);
  const names = path.split('.');
  let at = result as Record<string, Json>;
  names.slice(0, -1).forEach((name, i) => {
    const here = names.slice(0, i + 1).join('.');
    const { schema } = schemaAt(here);
    const next = names[i + 1] === '0' ? [] : (valueFor({ ...schema, type: schema.type ?? 'object' }) as Json);
    at[name] ??= (Array.isArray(next) ? next : typeof next === 'object' ? next : {}) as Json;
    at = at[name] as Record<string, Json>;
  });
  at[names.at(-1)!] = value as Json;
  return result;
}

function leafOf(path: string): Leaf {
  const { schema, required } = schemaAt(path);
  const key = Object.keys(around)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  const base = key ? around[key]! : {};
  const value = path in values ? values[path] : valueFor(schema);
  const filled = set(base, path, value);
  if (required) return { path, with: filled, without: set(filled, path, another(value)) };
  const without = set(filled, path, undefined);
  return { path, with: filled, without: JSON.parse(JSON.stringify(without)) };
}

/** A value that is not this one. */
function another(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}2` : value;
}

const told = (spec: Json) => JSON.stringify(render(nacos(spec)));

describe('every field of the spec', () => {
  const paths = leaves(specSchema).filter((path) => !elsewhere.some(([field]) => field.test(path)));

  it('is looked at, and what is shown elsewhere exists', () => {
    expect(paths.length).toBeGreaterThan(250);
    for (const [field] of elsewhere) expect(leaves(specSchema).some((path) => field.test(path))).toBe(true);
    for (const path of [...Object.keys(values), ...redundant]) expect(leaves(specSchema)).toContain(path);
  });

  it.each(paths.filter((path) => !redundant.has(path)).map(leafOf))(
    'changes the children: $path',
    ({ with: filled, without }) => {
      expect(validate({ metadata: { name: 'n' }, spec: filled })).toEqual([]);
      expect(told(filled)).not.toBe(told(without ?? {}));
    },
  );

  it.each([...redundant])('may say what is so anyway: %s', (path) => {
    const { with: filled, without } = leafOf(path);
    expect(told(filled)).toBe(told(without ?? {}));
  });
});
