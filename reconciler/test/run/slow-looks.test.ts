import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, it } from 'vitest';
import { collectionPath } from '../../src/client/endpoint.js';
import { History } from './histories.js';

const Thing = resource({
  group: 'slow.test',
  version: 'v1',
  kind: 'Thing',
  spec: Type.Object({ reachable: Type.Boolean() }),
});
const thing = { apiVersion: 'slow.test/v1', kind: 'Thing' };
const things = collectionPath(Thing);
const maps = collectionPath(ConfigMap);

it('objects that wait for a server that does not answer keep no other waiting, and write no more at a time', async () => {
  let acting = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const declared = controller(Thing, {
    owns: { maps: ConfigMap },
    workers: 1,
    observe: async ({ spec: { reachable } }) => {
      if (!reachable) await new Promise<void>((resolve) => answers.push(resolve));
      return reachable;
    },
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: {} })],
    plan: (_, __, reachable) => (reachable ? undefined : { type: 'Greet' }),
    act: async () => {
      most = Math.max(most, ++acting);
      await new Promise(setImmediate);
      acting--;
    },
  });
  const history = new History([declared] as never);
  const { server } = history;
  const create = (name: string, reachable: boolean) =>
    server.create(things, {
      ...{ ...thing, metadata: { name } },
      spec: { reachable },
    } as never);
  for (let i = 0; i < 40; i++) create(`silent-${i}`, false);
  create('healthy', true);
  await history.restart();
  // A second for each: far less than the minute after which each is given up.
  await history.pass(45);
  expect(server.get(maps, 'healthy')).toBeDefined();
  expect(answers).toHaveLength(40);
  for (const answer of answers.splice(0)) answer();
  await history.pass(10);
  expect(server.list(maps)).toHaveLength(41);
  expect(most).toBe(1);
});

it.each(['observe', 'act', 'finalize'] as const)('objects whose %s never ends keep no other waiting', async (which) => {
  // As a query builder is one, and no Promise of JavaScript.
  // biome-ignore lint/suspicious/noThenProperty: what has one is waited for
  const endless = { then() {} } as unknown as Promise<void>;
  const hang = ({ spec: { reachable } }: ObjectOf<typeof Thing>) => (reachable ? Promise.resolve() : endless);
  const declared = controller(Thing, {
    owns: { maps: ConfigMap },
    ...(which === 'observe' && { observe: hang }),
    render: ({ metadata: { name } }) => [manifest(ConfigMap, name, { data: {} })],
    plan: ({ spec: { reachable } }) => (which === 'act' && !reachable ? { type: 'Greet' } : undefined),
    act: (_, object) => hang(object),
    ...(which === 'finalize' && { finalize: hang }),
  });
  const history = new History([declared] as never);
  const { server } = history;
  await history.restart();
  for (let i = 0; i < 40; i++) {
    const metadata = {
      name: `silent-${i}`,
      ...(which === 'finalize' && { deletionTimestamp: '2026-11-30T00:00:00Z', finalizers: ['slow.test/thing'] }),
    };
    server.create(things, { ...thing, metadata, spec: { reachable: false } } as never);
  }
  await history.pass(3);
  server.create(things, { ...thing, metadata: { name: 'healthy' }, spec: { reachable: true } } as never);
  await history.pass(15);
  expect(server.get(maps, 'healthy')).toBeDefined();
});
