import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, it } from 'vitest';
import { collectionPath } from '../../src/client/endpoint.js';
import type { Condition } from '../../src/resource.js';
import { History } from './histories.js';

const Thing = resource({ group: 'rivals.test', version: 'v1', kind: 'Thing', spec: Type.Object({}) });
const declared = controller(Thing, {
  owns: { maps: ConfigMap },
  render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: {} })],
});
const [things, maps] = [collectionPath(Thing), collectionPath(ConfigMap)];

it('a child that others delete again and again is left alone, and the object says so', async () => {
  const history = new History([declared] as never);
  const { server } = history;
  server.create(things, { apiVersion: 'rivals.test/v1', kind: 'Thing', metadata: { name: 'one' }, spec: {} } as never);
  const stalled = () => {
    const { conditions = [] } = (server.get(things, 'one')?.status ?? {}) as { readonly conditions?: Condition[] };
    return conditions.find(({ type }) => type === 'Stalled');
  };
  await history.restart();
  await history.pass(3);
  let deletions = 0;
  for (let second = 0; second < 600; second++) {
    if (server.get(maps, 'one')) deletions++;
    server.remove(maps, 'one');
    await history.pass(1);
  }
  expect(deletions).toBeLessThan(15);
  expect(stalled()).toMatchObject({
    status: 'True',
    reason: 'Rival',
    message: expect.stringContaining(
      'ConfigMap shop/one is put back again and again, and deleted each time by another',
    ),
  });

  await history.pass(1_200);
  expect(server.get(maps, 'one')).toBeDefined();
  expect(stalled()).toMatchObject({ status: 'False' });
});
