import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { define, eventually, Running, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('definitions.test');
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sampleservers.definitions.test';

test('a definition may come after the operator, go, and come back', async ({ cluster }) => {
  const world = new World(cluster, WebServer);
  const running = await Running.start(cluster, [controlWebServers(WebServer)]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(running.ready).toBe(false);

  await define(cluster, WebServer);
  await world.create('early', { replicas: 0 });
  await world.settled('early');
  expect(running.ready).toBe(true);

  await cluster.api.delete(definition);
  await expect.poll(() => cluster.api.get(definition).catch(String), eventually).toMatch('404');

  await define(cluster, WebServer);
  await world.create('again', { replicas: 0 });
  await world.settled('again');
  await running.stop();
});
