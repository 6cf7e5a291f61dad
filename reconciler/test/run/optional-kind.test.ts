import { Type } from '@sinclair/typebox';
import { controller, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap, Secret } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, it } from 'vitest';
import { collectionPath } from '../../src/client/endpoint.js';
import { History } from './histories.js';

const Thing = resource({ group: 'optional.test', version: 'v1', kind: 'Thing', spec: Type.Object({}) });
const declared = controller(Thing, {
  owns: { maps: ConfigMap },
  reads: { secrets: reading(Secret, () => true, { optional: true }) },
  render: (_, { secrets }) => secrets.map(({ metadata: { name } }) => manifest(ConfigMap, name, { data: {} })),
});
const [things, maps, secrets] = [Thing, ConfigMap, Secret].map((kind) => collectionPath(kind));

it('a kind that may be missing, and may not be read, is not taken for one without objects', async () => {
  const history = new History([declared] as never);
  const { server } = history;
  server.create(things!, { apiVersion: 'optional.test/v1', kind: 'Thing', metadata: { name: 'one' } } as never);
  server.create(secrets!, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } } as never);
  await history.restart();
  await history.quiet();
  expect(server.get(maps!, 'key')).toBeDefined();

  server.forbidden.add(secrets!);
  await history.restart();
  await history.pass(60);
  expect(server.get(maps!, 'key')).toBeDefined();

  server.forbidden.clear();
  server.remove(secrets!, 'key');
  await history.pass(60);
  expect(server.get(maps!, 'key')).toBeUndefined();
});
