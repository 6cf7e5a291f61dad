import { ConfigMap, Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { applied, env, labels, managers, port, test, workload } from './boxes.js';
import { delayWatch, eventually, quiet } from './running.js';

test('an edit does not reach an item of others that has come to the place of ours meanwhile', async ({
  boxes,
  cluster,
}) => {
  const before = await boxes.create(Deployment, 'moved', { spec: workload({ image: 'nginx:1' }) });
  const inTime = await delayWatch(boxes.running, 'deployments');
  const { name, labels: ours, annotations, ownerReferences } = before.metadata;
  const { spec } = workload({}).template;
  const containers = [
    { name: 'sidecar', image: 'envoy' },
    { ...spec.containers[0], image: 'nginx:1' },
  ];
  const theirs = { ...before.spec, template: { metadata: { labels }, spec: { containers } } };
  await cluster.api.replace(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments/moved`, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: theirs },
    metadata: { name, labels: ours, annotations, ownerReferences },
  });
  const after = await boxes.edit(Deployment, 'moved', { spec: workload({ image: 'nginx:2' }) });
  const images = (after as unknown as Deployment).spec?.template.spec?.containers.map(({ image }) => image);
  expect(images?.sort()).toEqual(['envoy', 'nginx:2']);
  inTime();
});

test('an edit puts back what somebody else has changed meanwhile', async ({ boxes, cluster }) => {
  await boxes.create(ConfigMap, 'meanwhile', { data: { a: '1', b: '1' } });
  const inTime = await delayWatch(boxes.running, 'configmaps');
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/meanwhile`;
  await cluster.api.patch(path, { data: { b: 'theirs' } });
  expect(await boxes.edit(ConfigMap, 'meanwhile', { data: { a: '2', b: '1' } })).toMatchObject({
    data: { a: '2', b: '1' },
  });
  inTime();
});

test('what was put back against a list of others goes once it is no longer rendered', async ({ boxes, cluster }) => {
  const https = { name: 'https', port: 443 };
  await boxes.create(Service, 'contested', { spec: { ports: [port, https] } });
  const path = `/api/v1/namespaces/${cluster.namespace}/services/contested`;
  const ports = async () => ((await boxes.live(Service, 'contested')) as Service).spec?.ports?.map((one) => one.port);
  await cluster.api.patch(path, { spec: { ports: [{ ...port, port: 8081 }, https] } });
  await expect.poll(ports, eventually).toEqual([80, 443]);
  await quiet(boxes.running);
  await boxes.edit(Service, 'contested', { spec: { ports: [https] } });
  expect(await ports()).toEqual([443]);
});

test('values that say nothing are put back like any other', async ({ boxes, cluster }) => {
  const template = { automountServiceAccountToken: false };
  const spec = workload({ env: [{ name: 'A', value: '' }], args: [] }, { minReadySeconds: 0 });
  Object.assign(spec.template.spec, template);
  await boxes.create(Deployment, 'nothing', { spec });
  await boxes.create(ConfigMap, 'nothing-in-it', { data: { a: '1', flag: '' } });
  await quiet(boxes.running);
  const { namespace } = cluster;
  await cluster.api.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/nothing`, {
    spec: { template: { spec: { automountServiceAccountToken: null } } },
  });
  await cluster.api.patch(`/api/v1/namespaces/${namespace}/configmaps/nothing-in-it`, { data: { flag: null } });
  const live = async () => [
    ((await boxes.live(Deployment, 'nothing')) as unknown as Deployment).spec?.template.spec,
    ((await boxes.live(ConfigMap, 'nothing-in-it')) as ConfigMap).data,
  ];
  await expect.poll(live, eventually).toMatchObject([template, { a: '1', flag: '' }]);
});

test('what others have emptied, or filled with something else, is put back', async ({ boxes, cluster }) => {
  await boxes.create(ConfigMap, 'emptied', { data: { a: '1' } });
  const data = async () => ((await boxes.live(ConfigMap, 'emptied')) as ConfigMap).data;
  for (const theirs of [null, { a: null, b: '2' }]) {
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/emptied`;
    await cluster.api.patch(path, { data: theirs });
    await expect.poll(data, eventually).toMatchObject({ a: '1' });
  }
});

test('what others have set since the creation stays when something else is left out', async ({ boxes, cluster }) => {
  const { replicas: _, ...unscaled } = workload({ env });
  await boxes.create(Deployment, 'shared', { spec: unscaled });
  await cluster.kubectl(['scale', 'deployment/shared', '--replicas=2']);
  await cluster.kubectl(['annotate', 'deployment/shared', 'note=mine']);
  const { replicas: __, ...later } = workload({});
  const after = await boxes.edit(Deployment, 'shared', { spec: later });
  expect(managers(after)).toEqual([applied]);
  expect([after.spec.replicas, after.metadata.annotations?.note]).toEqual([2, 'mine']);
  expect(JSON.stringify(after.spec)).not.toContain('"env"');
});
