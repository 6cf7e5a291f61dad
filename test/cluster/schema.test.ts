import { describe, expect } from 'vitest';
import { test } from './fixture.js';
import { definitions, install, judge, type Manifest, programs, read, samples, synthesized } from './manifests.js';
import { rejected } from './rejected.js';

const kinds = new Set(definitions().map(({ spec }) => `${spec.group}/${spec.names.kind}`));
const known = ({ apiVersion, kind }: Manifest) => kinds.has(`${apiVersion.split('/')[0]}/${kind}`);

test.beforeAll(({ cluster }) => install(cluster));

describe('the API server accepts', () => {
  test.for(synthesized())('%s', async (path, { cluster }) => {
    await judge(cluster, read(path));
  });

  test('what runs the operators', async ({ cluster }) => {
    for (const path of await programs(cluster)) await judge(cluster, read(path));
  });

  // Samples of systems that have no definition yet come into play with it.
  test.for(samples().filter((path) => read(path).some(known)))('%s', async (path, { cluster }) => {
    await judge(cluster, read(path));
  });
});

describe('the API server refuses, in the promised words,', () => {
  test.for(rejected)('$because', async ({ manifest, was, status, message }, { cluster }) => {
    const namespace = await cluster.createNamespace();
    const here = (object: typeof manifest) => ({ ...object, metadata: { ...object.metadata, namespace } });
    if (was) await cluster.kubectl(['create', '--filename=-'], JSON.stringify(here(was)));
    if (status) {
      const patch = JSON.stringify({ status });
      await cluster.kubectl(
        ['patch', '--filename=-', '--subresource=status', '--type=merge', '--patch', patch],
        JSON.stringify(here(was ?? manifest)),
      );
    }
    await expect(judge(cluster, [here(manifest)])).rejects.toThrow(message);
  });
});

test('every rule of every definition has a manifest that breaks it', () => {
  const promised = definitions().flatMap(({ spec }) => spec.versions.flatMap(({ schema }) => messages(schema)));
  const broken = new Set(rejected.map(({ message }) => message));
  expect(promised.filter((message) => !broken.has(message))).toEqual([]);
});

/** Of every `x-kubernetes-validations` at any depth. */
function messages(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'x-kubernetes-validations'
      ? (value as { readonly message: string }[]).map(({ message }) => message)
      : messages(value),
  );
}
