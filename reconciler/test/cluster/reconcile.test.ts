import { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { ready, unready } from '../../../test/cluster/pod-scripts.js';
import { define, eventually, quiet, Running, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('reconcile.test');

const test = base.extend('web', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, WebServer);
  const running = await Running.start(cluster, [controlWebServers(WebServer)]);
  onCleanup(() => running.stop());
  return { running, world: new World(cluster, WebServer) };
});

test('an object that is created costs three requests: each child once, its status once', async ({ web, cluster }) => {
  await cluster.kubelet.stopScheduling();
  await expect.poll(() => web.running.ready, eventually).toBe(true);
  web.running.proxy.requests.length = 0;
  await web.world.create('counted', { replicas: 0 });
  await web.world.settled('counted');
  expect(web.running.writes.slice(0, 3)).toEqual([
    'PATCH deployments/counted',
    'PATCH services/counted-service',
    'PUT counted/status',
  ]);
  expect(web.running.proxy.requests.filter(({ query }) => query.has('fieldSelector'))).toEqual([]);
  await cluster.kubelet.resumeScheduling();
});

test('an edit reaches the child in one write, and nothing else is written but the status', async ({ web }) => {
  await web.world.create('edited', { replicas: 0 });
  await web.world.settled('edited');
  await quiet(web.running);
  const before = web.running.writes.length;
  await web.world.edit('edited', { spec: { image: 'nginx:2' } });
  await expect.poll(() => web.world.image('edited', Deployment), eventually).toBe('nginx:2');
  await web.world.settled('edited');
  await quiet(web.running);
  const children = web.running.writes.slice(before).filter((write) => !write.endsWith('/status'));
  expect(children).toEqual(['PATCH deployments/edited']);
});

test('what settled is left alone: no write at rest, and none when the operator starts again', async ({
  web,
  cluster,
}) => {
  await web.world.create('resting', { replicas: 1 });
  await web.world.settled('resting');
  await quiet(web.running);
  const writes = web.running.writes.length;
  const again = await Running.start(cluster, [controlWebServers(WebServer)]);
  await expect.poll(() => again.reconciliations(), eventually).toBeGreaterThan(0);
  await quiet(again);
  expect(again.writes).toEqual([]);
  expect(web.running.writes.length).toBe(writes);
  await again.stop();
});

test('a child that was edited by hand is put back', async ({ web, cluster }) => {
  await web.world.create('drifting', { replicas: 0 });
  await web.world.settled('drifting');
  const path = `/api/v1/namespaces/${cluster.namespace}/services/drifting-service`;
  await cluster.api.patch(path, { spec: { selector: { app: 'another' } } });
  const selector = async () => (await web.world.child(Service, 'drifting-service'))?.spec?.selector;
  await expect.poll(selector, eventually).toEqual({ app: 'drifting' });
});

test('a child that another operator keeps changing is left to it, and the other one is named', async ({
  web,
  cluster,
}) => {
  await web.world.create('contested', { replicas: 0 });
  await web.world.settled('contested');
  const path = `/api/v1/namespaces/${cluster.namespace}/services/contested-service?fieldManager=other-operator`;
  const stalled = async () => {
    await cluster.api.patch(path, { spec: { selector: { app: 'theirs' } } });
    return web.world.condition('contested', 'Stalled');
  };
  await expect
    .poll(stalled, eventually)
    .toMatchObject({ reason: 'Rival', message: expect.stringContaining('by other-operator: stop') });
  const writes = web.running.writes.length;
  for (let i = 0; i < 20; i++) await stalled();
  expect(web.running.writes.slice(writes).filter((write) => write.includes('contested-service'))).toEqual([]);
});

test('an autoscaler that changes rendered replicas again and again is named', async ({ web, cluster }) => {
  await web.world.create('autoscaled', { replicas: 0 });
  await web.world.settled('autoscaled');
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/autoscaled/scale`;
  const stalled = async () => {
    await cluster.api.patch(`${path}?fieldManager=kube-controller-manager`, { spec: { replicas: 2 } });
    return web.world.condition('autoscaled', 'Stalled');
  };
  await expect
    .poll(stalled, eventually)
    .toMatchObject({ reason: 'Rival', message: expect.stringContaining('by kube-controller-manager (scale): stop') });
});

test('a port that was given another number by hand is put back, though a list may hold items of others', async ({
  web,
  cluster,
}) => {
  await web.world.create('renumbered', { replicas: 0 });
  await web.world.settled('renumbered');
  const ports = async () =>
    (await web.world.child(Service, 'renumbered-service'))?.spec?.ports?.map(({ port }) => port);
  const before = await ports();
  const path = `/api/v1/namespaces/${cluster.namespace}/services/renumbered-service`;
  await cluster.api.patch(path, { spec: { ports: [{ port: 8081 }] } });
  await expect.poll(ports, eventually).toEqual(before);
  await quiet(web.running);
});

test('a child that was deleted by hand comes back', async ({ web, cluster }) => {
  await web.world.create('deleted-child', { replicas: 0 });
  await web.world.settled('deleted-child');
  const first = await web.world.child(Deployment, 'deleted-child');
  await cluster.kubectl(['delete', 'deployment', 'deleted-child']);
  const uid = async () => (await web.world.child(Deployment, 'deleted-child'))?.metadata.uid;
  await expect.poll(uid, eventually).toSatisfy((now) => now !== undefined && now !== first?.metadata.uid);
});

test('a child that lost its label, its digest or its owner gets them back', async ({ web, cluster }) => {
  await web.world.create('stripped', { replicas: 0 });
  await web.world.settled('stripped');
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/stripped`;
  const marks = async () => {
    const { metadata } = (await web.world.child(Deployment, 'stripped'))!;
    const { labels, annotations, ownerReferences } = metadata;
    return [labels?.['reconcile.test/managed-by'], annotations?.['reconcile.test/applied'], ownerReferences?.[0]?.name];
  };
  const before = await marks();
  expect(before).toEqual(['webserver', expect.any(String), 'stripped']);
  await cluster.api.patch(path, { metadata: { ownerReferences: null } });
  await expect.poll(marks, eventually).toEqual(before);
  await cluster.api.patch(path, { metadata: { annotations: { 'reconcile.test/applied': null } } });
  await expect.poll(marks, eventually).toEqual(before);
  await cluster.api.patch(path, { metadata: { labels: { 'reconcile.test/managed-by': null } } });
  await expect.poll(marks, eventually).toEqual(before);
});

test('fields that others own are left alone', async ({ web, cluster }) => {
  await web.world.create('shared', { replicas: 0 });
  await web.world.settled('shared');
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/shared`;
  const sidecar = { name: 'sidecar', image: 'envoy' };
  await cluster.api.patch(
    path,
    {
      metadata: { annotations: { note: 'mine' } },
      spec: { template: { spec: { containers: [sidecar] } } },
    },
    'strategic',
  );
  await web.world.edit('shared', { spec: { image: 'nginx:3' } });
  await expect.poll(() => web.world.image('shared', Deployment), eventually).toMatch(/nginx:3|envoy/);
  await web.world.settled('shared');
  const { metadata, spec } = (await web.world.child(Deployment, 'shared'))!;
  expect(metadata.annotations?.note).toBe('mine');
  const images = spec?.template.spec?.containers.map(({ image }) => image);
  expect(images?.sort()).toEqual(['envoy', 'nginx:3']);
});

test('replicas that are not rendered are an autoscaler’s, also where they were rendered before', async ({
  web,
  cluster,
}) => {
  await web.world.create('scaled', { replicas: 0 });
  await web.world.settled('scaled');
  // As the documentation of server-side apply has it: the next owner takes the field over before the former one gives
  // it up.
  await cluster.kubectl(['scale', 'deployment/scaled', '--replicas=0']);
  await web.world.edit('scaled', { spec: { autoscaled: true } });
  await web.world.settled('scaled');
  await cluster.kubectl(['scale', 'deployment/scaled', '--replicas=3']);
  await web.world.edit('scaled', { spec: { image: 'nginx:5' } });
  await expect.poll(() => web.world.image('scaled', Deployment), eventually).toBe('nginx:5');
  await web.world.settled('scaled');
  await quiet(web.running);
  expect((await web.world.child(Deployment, 'scaled'))?.spec?.replicas).toBe(3);
});

test('a child that is no longer rendered is deleted', async ({ web }) => {
  await web.world.create('pruned', { replicas: 0 });
  await web.world.settled('pruned');
  await web.world.edit('pruned', { spec: { service: false } });
  await expect.poll(() => web.world.child(Service, 'pruned-service'), eventually).toBeUndefined();
  expect(await web.world.child(Deployment, 'pruned')).toBeDefined();
});

test('an object of others with the name of a child is never touched; the resource says so until it is gone', async ({
  web,
  cluster,
}) => {
  const services = `/api/v1/namespaces/${cluster.namespace}/services`;
  const foreign = { metadata: { name: 'taken-service' }, spec: { ports: [{ port: 99 }] } };
  const { metadata: before } = await cluster.api.create<{ metadata: { resourceVersion: string } }>(services, foreign);
  await web.world.create('taken', { replicas: 0 });
  await expect
    .poll(() => web.world.condition('taken', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'NameTaken',
      message: expect.stringContaining('taken-service exists and was made by others'),
    });
  const after = (await web.world.child(Service, 'taken-service'))!.metadata;
  expect(after.resourceVersion).toBe(before.resourceVersion);
  const events = await cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=taken']);
  expect(events).toMatch(/Warning +NameTaken/);
  await cluster.api.delete(`${services}/taken-service`);
  await web.world.settled('taken');
});

test('deletion leaves nothing behind', async ({ web }) => {
  await web.world.create('gone', { replicas: 0 });
  await web.world.settled('gone');
  await web.world.remove('gone');
  await expect.poll(() => web.world.child(Deployment, 'gone'), { ...eventually, timeout: 60_000 }).toBeUndefined();
});

test('a render that throws stalls its object and no other', async ({ web }) => {
  await web.world.create('broken', { fail: true });
  await web.world.create('whole', { replicas: 0 });
  await web.world.settled('whole');
  await expect
    .poll(() => web.world.condition('broken', 'Stalled'), eventually)
    .toMatchObject({ status: 'True', reason: 'RenderFailed', message: 'render: the spec says fail' });
  await web.world.edit('broken', { spec: { fail: false, replicas: 0 } });
  await web.world.settled('broken');
});

test('an edit that render refuses leaves the children as they are', async ({ web }) => {
  await web.world.create('kept', { replicas: 0 });
  await web.world.settled('kept');
  await web.world.edit('kept', { spec: { fail: true } });
  await web.world.settled('kept', 'False');
  expect(await web.world.child(Deployment, 'kept')).toBeDefined();
  expect(await web.world.child(Service, 'kept-service')).toBeDefined();
});

test('what the API server refuses is in the status, in the words of the API server', async ({ web }) => {
  await web.world.create('invalid', { image: '' });
  await expect
    .poll(() => web.world.condition('invalid', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'Invalid',
      message: expect.stringContaining('spec.template.spec.containers[0].image'),
    });
  await web.world.edit('invalid', { spec: { image: 'nginx:1', replicas: 0 } });
  await web.world.settled('invalid');
});

test('a paused object keeps the children it has, whatever its spec says, until the pause ends', async ({
  web,
  cluster,
}) => {
  await web.world.create('paused', { replicas: 0 });
  await web.world.settled('paused');
  await web.world.edit('paused', { metadata: { annotations: { 'reconcile.test/paused': 'true' } } });
  await expect.poll(() => web.world.condition('paused', 'Paused'), eventually).toMatchObject({ status: 'True' });
  await web.world.edit('paused', { spec: { image: 'nginx:4' } });
  await cluster.kubectl(['delete', 'service', 'paused-service']);
  await quiet(web.running);
  expect(await web.world.image('paused', Deployment)).toBe('nginx');
  expect(await web.world.child(Service, 'paused-service')).toBeUndefined();
  await web.world.edit('paused', { metadata: { annotations: { 'reconcile.test/paused': null } } });
  await expect.poll(() => web.world.image('paused', Deployment), eventually).toBe('nginx:4');
  await expect.poll(() => web.world.child(Service, 'paused-service'), eventually).toBeDefined();
  await expect.poll(() => web.world.condition('paused', 'Paused'), eventually).toBeUndefined();
});

test('a field paused of the spec does the same', async ({ web }) => {
  await web.world.create('paused-by-spec', { paused: true });
  await expect
    .poll(() => web.world.condition('paused-by-spec', 'Paused'), eventually)
    .toMatchObject({ status: 'True' });
  await quiet(web.running);
  expect(await web.world.child(Deployment, 'paused-by-spec')).toBeUndefined();
});

test('it is ready when its pods are, and kubectl wait knows', async ({ web, cluster }) => {
  cluster.kubelet.script({ labels: { app: 'slow' } }, unready());
  await web.world.create('slow', { replicas: 1 });
  await expect
    .poll(() => web.world.condition('slow', 'Reconciling'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'ChildrenNotReady',
      message: `Deployment ${cluster.namespace}/slow: 0 of 1 replicas available`,
    });
  expect(await web.world.condition('slow', 'Ready')).toMatchObject({ status: 'False' });
  cluster.kubelet.script({ labels: { app: 'slow' } }, ready());
  await cluster.kubectl(['delete', 'pod', '--selector=app=slow']);
  await cluster.kubectl(['wait', '--for=condition=Ready', 'sampleservers.reconcile.test/slow', '--timeout=20s']);
  expect(await web.world.condition('slow', 'Reconciling')).toMatchObject({ status: 'False' });
  const events = await cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=slow']);
  expect(events).toMatch(/Normal +Ready/);
});

test('names and values in any script pass unchanged', async ({ web }) => {
  const note = '服务器 🚀 ünïcode \u2028 "quoted"';
  await web.world.create('unicode', { replicas: 0, note }, { annotations: { 'example.com/note': note } });
  await web.world.settled('unicode');
  expect((await web.world.get('unicode')).spec.note).toBe(note);
});
