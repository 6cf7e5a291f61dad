import { isDeepStrictEqual } from 'node:util';
import { type TSchema, Type } from '@sinclair/typebox';
import { type Resource, resource } from 'cdk8s-reconciler';
import { immutable } from 'cdk8s-reconciler/schema';
import fc from 'fast-check';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { collectionPath } from '../../src/client/endpoint.js';
import { definitionOf } from '../../src/definition.js';
import { byBuilder, misleading, nested, ours, typeBoxTakes, valuesFor } from '../structural/constructs.js';
import { type Options, refused, taken, useless } from '../structural/definition-options.js';
import { patterns } from '../structural/patterns.js';
import { define, World } from './running.js';

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function declare(schema: TSchema, kind = 'Typed'): Resource {
  return resource({ group: 'schema.test', version: 'v1', kind, spec: Type.Object({ x: Type.Optional(schema) }) });
}

/**
 * What `resource` says, and the definition that it makes; of what it refuses the definition with the schema as TypeBox
 * writes it.
 */
function ourJudgement(schema: TSchema): { readonly refusal?: string; readonly definition: object } {
  const { definition } = declare(Type.Boolean());
  try {
    return { definition: declare(schema).definition };
  } catch (error) {
    const plain = JSON.parse(JSON.stringify(definition), (key, value) => (key === 'x' ? schema : value));
    return { refusal: (error as Error).message, definition: plain };
  }
}

/** What the API server says against a definition, as `kubectl apply` asks it, or how it would store another one. */
async function refusalBy({ api }: TestCluster, definition: object): Promise<string | undefined> {
  const answer = api.create<object>(`${path}?dryRun=All&fieldValidation=Strict`, definition);
  return answer.then(
    (stored) =>
      isDeepStrictEqual(schemaIn(stored), schemaIn(definition)) ? undefined : JSON.stringify(schemaIn(stored)),
    (error: Error) => error.message,
  );
}

/** Without what the API server leaves out because it says nothing. */
function schemaIn(definition: object): unknown {
  const { spec } = definition as { spec: { versions: { schema: unknown }[] } };
  const says = (value: unknown) => value !== false && !(Array.isArray(value) && value.length === 0);
  return JSON.parse(JSON.stringify(spec.versions[0]!.schema), (_, value) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, one]) => says(one) && !isEmpty(one))) : value,
  );
}

async function disagreement(cluster: TestCluster, schema: TSchema): Promise<string | undefined> {
  const { refusal, definition } = ourJudgement(schema);
  const theirs = await refusalBy(cluster, definition);
  if ((refusal === undefined) === (theirs === undefined)) return undefined;
  return `${JSON.stringify(schema)}\n  we say: ${refusal ?? 'yes'}\n  the API server says: ${theirs ?? 'yes'}`;
}

async function disagreements(cluster: TestCluster, schemas: readonly TSchema[]): Promise<string> {
  const found = [];
  for (const schema of schemas) found.push(await disagreement(cluster, schema));
  return found.filter((one) => one !== undefined).join('\n');
}

/** Where a value is stored that does not fit its schema, or one is lost that does. */
async function misjudged(cluster: TestCluster, kind: string, schemas: readonly TSchema[]): Promise<string> {
  const taken = schemas.filter((schema) => ourJudgement(schema).refusal === undefined);
  const fields = Object.fromEntries(taken.map((schema, index) => [`x${index}`, Type.Optional(schema)]));
  const all = resource({ group: 'schema.test', version: 'v1', kind, spec: Type.Object(fields) });
  await define(cluster, all);
  const found: string[] = [];
  for (const [index, schema] of taken.entries()) {
    for (const value of valuesFor(schema)) {
      const takes = typeBoxTakes(schema, value);
      if (!takes || isKnown(schema, value)) continue;
      const object = { apiVersion: all.apiVersion, kind, metadata: { name: 'a' }, spec: { [`x${index}`]: value } };
      const stored = await cluster.api
        .create<typeof object>(`${collectionPath(all, cluster.namespace)}?dryRun=All&fieldValidation=Strict`, object)
        .then(({ spec }) => spec[`x${index}`], String);
      const same = isDeepStrictEqual(withoutDefaults(stored, value), value);
      if (takes.closed ? !same : same && !takes.open) {
        found.push(
          [schema, value, takes.open ? 'fits' : 'does not fit', stored].map((one) => JSON.stringify(one)).join(' '),
        );
      }
    }
  }
  return found.join('\n');
}

/**
 * An embedded resource has rules of its own, and a text with a format may be a list (measured, kube-openapi type.go).
 */
function isKnown({ format, ...schema }: TSchema, value: unknown): boolean {
  return schema['x-kubernetes-embedded-resource'] === true || (format !== undefined && Array.isArray(value));
}

/** What the API server has added is not a change of what was given. */
function withoutDefaults(stored: unknown, given: unknown): unknown {
  if (Array.isArray(stored) && Array.isArray(given))
    return stored.map((one, index) => withoutDefaults(one, given[index]));
  if (!isObject(stored) || !isObject(given)) return stored;
  const names = Object.keys(stored).filter((name) => name in given);
  return Object.fromEntries(names.map((name) => [name, withoutDefaults(stored[name], given[name])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

const declared = [...Object.values(byBuilder).flat(), ...ours];

test('what resource() takes the API server takes, and what it refuses the API server refuses', async ({ cluster }) => {
  expect(await disagreements(cluster, declared)).toBe('');
});

test('what it takes of schemas in schemas the API server takes, and nothing more', async ({ cluster }) => {
  expect(await disagreements(cluster, fc.sample(nested, { numRuns: 500, seed: 1 }))).toBe('');
});

test('the API server stores what fits a schema, as it is, and refuses what does not', async ({ cluster }) => {
  expect(await misjudged(cluster, 'Declared', declared)).toBe('');
});

test('the same of values for schemas in schemas', async ({ cluster }) => {
  expect(await misjudged(cluster, 'Nested', fc.sample(nested, { numRuns: 300, seed: 2 }))).toBe('');
});

test('what resource() refuses though the API server takes it, that misjudges', async ({ cluster }) => {
  for (const [index, [schema, value]] of misleading.entries()) {
    const { refusal, definition } = ourJudgement(schema);
    expect(refusal).toMatch(/the API server (refuses|takes)/);
    const kind = `Misleading${index}`;
    const renamed = JSON.parse(
      JSON.stringify(definition).replaceAll('Typed', kind).replaceAll('typed', kind.toLowerCase()),
    );
    const { group, version, plural, apiVersion, namespaced } = declare(Type.Boolean(), kind);
    const misled = { group, version, kind, plural, apiVersion, namespaced, definition: renamed };
    await define(cluster, misled);
    const object = { apiVersion, kind, metadata: { name: 'a' }, spec: { x: value } };
    const taken = await cluster.api.create(`${collectionPath(misled, cluster.namespace)}?dryRun=All`, object).then(
      () => true,
      () => false,
    );
    expect([schema, taken]).not.toEqual([
      schema,
      typeBoxTakes(schema, value)?.open ?? (schema.enum as unknown[]).includes(value),
    ]);
  }
});

test('a pattern is judged as by the API server', async ({ cluster }) => {
  const judged = [];
  for (const [pattern] of patterns) {
    const { definition } = declare(Type.String());
    const plain = JSON.parse(JSON.stringify(definition), (key, value) =>
      key === 'x' ? { type: 'string', pattern } : value,
    );
    judged.push([pattern, (await refusalBy(cluster, plain)) === undefined]);
  }
  expect(judged).toEqual(patterns);
});

/** The definition as it would be without our rules. */
function unjudged(options: Options): object {
  const { x } = options.spec.properties as { readonly x?: TSchema };
  if (!x) return definitionOf(options);
  const { default: wrong, ...type } = x;
  const definition = definitionOf({ ...options, spec: Type.Object({ x: type as TSchema }) });
  return JSON.parse(JSON.stringify(definition), (key, value) => (key === 'x' ? { ...value, default: wrong } : value));
}

test('the API server refuses the names, paths and defaults that we refuse, and takes the others', async ({
  cluster,
}) => {
  const rows: readonly (readonly [boolean, object])[] = [
    ...refused.map(([options]) => [true, unjudged(options)] as const),
    ...useless.map(([options]) => [false, unjudged(options)] as const),
    ...taken.map((options) => [false, resource(options).definition] as const),
  ];
  const found: string[] = [];
  for (const [wanted, definition] of rows) {
    const create = cluster.api.create(`${path}?dryRun=All&fieldValidation=Strict`, definition);
    const theirs = await create.then(() => undefined, String);
    if ((theirs !== undefined) !== wanted) found.push(`${JSON.stringify(definition)}: ${theirs ?? 'taken'}`);
  }
  expect(found).toEqual([]);
});

test('what cannot change cannot be taken away, to be set again', async ({ cluster }) => {
  const fixed = () => Type.String(immutable('it stays'));
  const spec = Type.Object({
    region: Type.Optional(fixed()),
    inside: Type.Optional(Type.Object({ 'a-b': fixed(), free: Type.Optional(Type.String()) })),
    defaulted: Type.String({ ...immutable('it stays'), default: 'a' }),
    later: Type.Optional(fixed()),
  });
  const Lasting = resource({ group: 'schema.test', version: 'v1', kind: 'Lasting', spec });
  await define(cluster, Lasting);
  const world = new World(cluster, Lasting);
  await world.create('lasting', { region: 'eu', inside: { 'a-b': 'x', free: 'y' }, defaulted: 'b' });
  const refused = [{ region: 'us' }, { region: null }, { inside: null }, { defaulted: null }];
  for (const edit of refused) await expect(world.edit('lasting', { spec: edit })).rejects.toThrow('it stays');
  await world.edit('lasting', { spec: { later: 'once', inside: { free: null } } });
  await expect(world.edit('lasting', { spec: { later: null } })).rejects.toThrow('it stays');
});
