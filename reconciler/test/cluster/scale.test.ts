import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { collectionPath } from '../../src/client/endpoint.js';
import { define, Running, World } from './running.js';

/** As many ConfigMaps as its spec says. */
const Bundle = resource({
  group: 'scale.test',
  version: 'v1',
  kind: 'Bundle',
  spec: Type.Object({ size: Type.Integer({ default: 1 }), text: Type.Optional(Type.String()) }),
});
const bundles = controller(Bundle, {
  owns: { maps: ConfigMap },
  render: ({ metadata, spec }): ConfigMap[] =>
    Array.from({ length: spec.size }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${metadata.name}-${i}` },
      data: { text: String(spec.text?.length ?? 0) },
    })),
  status: () => ({}),
});

const soaking = process.env.SOAK === 'true';
const children = soaking ? 10_000 : 2_000;
const namespaces = soaking ? 1_000 : 100;

const test = base.extend('world', { scope: 'file' }, async ({ cluster }) => {
  await define(cluster, Bundle);
  return new World(cluster, Bundle);
});

test(`an object with ${children} children, one of 1 MB and others do not harm each other`, {
  timeout: 600_000,
}, async ({ cluster, world }) => {
  const running = await Running.start(cluster, [bundles]);
  await world.create('giant', { size: children });
  await world.create('heavy', { text: 'ü'.repeat(500_000) });
  for (let i = 0; i < 20; i++) await world.create(`small-${i}`);
  for (let i = 0; i < 20; i++) await world.settled(`small-${i}`);
  await world.settled('heavy');
  // The small ones did not wait for the giant one.
  expect(await world.condition('giant', 'Ready')).not.toMatchObject({ status: 'True' });
  await expect
    .poll(() => world.condition('giant', 'Ready'), { timeout: 500_000, interval: 500 })
    .toMatchObject({ status: 'True' });
  const { items } = await cluster.api.list(`/api/v1/namespaces/${cluster.namespace}/configmaps`);
  expect(items.length).toBeGreaterThanOrEqual(children + 21);
  await running.stop();
});

test(`objects in ${namespaces} namespaces are found and reconciled`, { timeout: 600_000 }, async ({
  cluster,
  world,
}) => {
  const names = Array.from({ length: namespaces }, (_, i) => `${cluster.namespace}-n${i}`);
  const create = (name: string) => cluster.api.create('/api/v1/namespaces', { metadata: { name } });
  await inTurns(names, create);
  const running = await Running.start(cluster, [bundles], { namespaces: 'all' });
  await inTurns(names, (name) => world.create('web', {}, {}, name));
  const done = async () => {
    const { items } = await cluster.api.list<{ metadata: { namespace: string } }>(
      `${collectionPath(ConfigMap)}?labelSelector=scale.test/managed-by%3Dbundle`,
    );
    return new Set(items.map(({ metadata }) => metadata.namespace).filter((name) => names.includes(name))).size;
  };
  await expect.poll(done, { timeout: 300_000, interval: 500 }).toBe(namespaces);
  await running.stop();
  await inTurns(names, (name) => cluster.api.delete(`/api/v1/namespaces/${name}`));
});

async function inTurns<T>(items: readonly T[], step: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += 8) await Promise.all(items.slice(i, i + 8).map(step));
}
