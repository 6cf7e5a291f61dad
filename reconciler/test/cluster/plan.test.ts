import { Client, readConnection } from 'cdk8s-reconciler/client';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { dryRun, plan } from 'cdk8s-reconciler/plan';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { define, Running, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('plan.test');
const webServers = controlWebServers(WebServer);
type Server = Parameters<typeof webServers.render>[0];

const test = base.extend('web', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, WebServer);
  const running = await Running.start(cluster, [webServers]);
  const world = new World(cluster, WebServer);
  const client = new Client(await readConnection({ KUBECONFIG: cluster.controlPlane.kubeconfig }), 'plan');
  onCleanup(async () => {
    client.close();
    await running.stop();
  });
  await world.create('web', { replicas: 2 });
  await world.settled('web');
  const object = (await world.get('web')) as unknown as Server;
  const live = [(await world.child(Deployment, 'web'))!, (await world.child(Service, 'web-service'))!];
  return { object, live, admit: dryRun(webServers, client) };
});

test('of what was applied just now, a plan finds no change: defaults of the API server are none', async ({ web }) => {
  const { object, ...world } = web;
  const { children, refusals, missing } = await plan(webServers, object, { before: object, ...world });
  expect({ children, refusals, missing }).toEqual({ children: [], refusals: [], missing: undefined });
});

test('a plan finds what an edit changes, and what was changed by hand', async ({ web }) => {
  const { object, live, admit } = web;
  const wanted = { ...object, spec: { ...object.spec, replicas: 3, service: false } };
  const { children, restarts } = await plan(webServers, wanted, { before: object, live, admit });
  expect(children.map(({ change, kind, paths }) => [change, kind, ...paths].join(' '))).toEqual([
    'changed Deployment spec.replicas',
    'removed Service',
  ]);
  expect(restarts).toEqual([]);
});

test('a plan has the words of the API server where this would refuse a child', async ({ web }) => {
  const { object, live, admit } = web;
  const wanted = { ...object, spec: { ...object.spec, image: '' } };
  const { refusals } = await plan(webServers, wanted, { before: object, live, admit });
  expect(refusals[0]?.message).toMatch(/spec.template.spec.containers\[0\].image/);
});
