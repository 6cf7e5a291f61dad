import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, it } from 'vitest';
import { collectionPath } from '../../src/client/endpoint.js';
import type { Condition } from '../../src/resource.js';
import { History } from './histories.js';

const Thing = resource({ group: 'absent.test', version: 'v1', kind: 'Thing', spec: Type.Object({}) });
const declared = controller(Thing, {
  owns: { maps: ConfigMap },
  render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: {} })],
});
const things = collectionPath(Thing);
const maps = collectionPath(ConfigMap);

it('a kind of children that goes is named, and its return is noticed however long it was away', async () => {
  const history = new History([declared] as never);
  const { server } = history;
  server.create(things, { apiVersion: 'absent.test/v1', kind: 'Thing', metadata: { name: 'one' }, spec: {} } as never);
  const stalled = () => {
    const status = server.get(things, 'one')?.status as { readonly conditions?: Condition[] } | undefined;
    return status?.conditions?.find(({ type }) => type === 'Stalled');
  };
  await history.restart();
  await history.quiet();
  expect(server.get(maps, 'one')).toBeDefined();

  server.undefine(maps);
  await history.pass(3_600);
  expect(stalled()).toMatchObject({
    status: 'True',
    reason: 'NotServed',
    message: expect.stringMatching(/^ConfigMap shop\/one: the API server has no kind ConfigMap in v1: apply/),
  });
  const { writes } = server;
  await history.pass(600);
  expect(server.writes).toBe(writes);

  server.define(maps);
  await history.pass(15);
  expect(server.get(maps, 'one')).toBeDefined();
  expect(stalled()).toMatchObject({ status: 'False' });
});
