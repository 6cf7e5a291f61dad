import type { Kind } from 'cdk8s-reconciler';
import { ConfigMap, Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expect, onTestFinished } from 'vitest';
import { applied, env, labels, managers, port, test, Widget, workload } from './boxes.js';
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

test('an edit puts back what others have changed meanwhile', async ({ boxes, cluster }) => {
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

test('an autoscaler that is turned on takes over the replicas that run', async ({ boxes, cluster }) => {
  const scaled = (replicas: number | undefined, image = 'nginx:1') => ({
    spec: workload({ image }, { replicas, paused: true }),
  });
  await boxes.create(Deployment, 'autoscaled', scaled(6));
  expect((await boxes.edit(Deployment, 'autoscaled', scaled(undefined))).spec.replicas).toBe(6);
  expect((await boxes.edit(Deployment, 'autoscaled', scaled(undefined, 'nginx:2'))).spec.replicas).toBe(6);
  await cluster.kubectl(['scale', 'deployment/autoscaled', '--replicas=2']);
  expect((await boxes.edit(Deployment, 'autoscaled', scaled(undefined, 'nginx:3'))).spec.replicas).toBe(2);
  expect((await boxes.edit(Deployment, 'autoscaled', scaled(4))).spec.replicas).toBe(4);
});

test('an initial value is there at the creation, and then whatever others make of it', async ({ boxes, cluster }) => {
  const { replicas: _, ...unscaled } = workload({ image: 'nginx:1' }, { paused: true });
  const initial = JSON.stringify({ metadata: { annotations: { start: 'now' } }, spec: { replicas: 3 } });
  const live = async () => {
    const { metadata, spec } = await boxes.live(Deployment, 'initial');
    return [spec.replicas, metadata.annotations?.start];
  };
  const edit = (image: string) =>
    boxes.edit(Deployment, 'initial', { spec: { ...unscaled, template: workload({ image }).template } });
  await boxes.create(Deployment, 'initial', { spec: unscaled }, { initial });
  expect(await live()).toEqual([3, 'now']);
  await boxes.world.edit('initial', { spec: { initial: initial.replace('3', '1') } });
  await edit('nginx:2');
  expect(await live()).toEqual([3, 'now']);
  await cluster.kubectl(['scale', 'deployment/initial', '--replicas=5']);
  await cluster.kubectl(['annotate', 'deployment/initial', 'start-']);
  await edit('nginx:3');
  expect(await live()).toEqual([5, undefined]);
});

test('an object that is adopted becomes what is rendered, and keeps what others still own', async ({
  boxes,
  cluster,
}) => {
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments/adopted`;
  const theirs = workload({ name: 'theirs' }, { paused: true, replicas: 3 });
  Object.assign(theirs.template.spec, { volumes: [{ name: 'host', hostPath: { path: '/' } }] });
  await cluster.kubectl(
    ['apply', '--filename=-'],
    JSON.stringify({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: theirs },
      metadata: { name: 'adopted', labels: { theirs: 'yes' }, annotations: { note: 'theirs' } },
    }),
  );
  await cluster.api.patch(`${path}?fieldManager=injector`, { metadata: { annotations: { injected: 'yes' } } });
  await cluster.kubectl(['scale', 'deployment/adopted', '--replicas=2']);
  const before = await boxes.live(Deployment, 'adopted');
  const { replicas: _, ...rendered } = workload({}, { paused: true });
  await boxes.world.create('adopted', { child: boxes.child(Deployment, 'adopted', { spec: rendered }) });
  await expect
    .poll(() => boxes.world.condition('adopted', 'Stalled'), eventually)
    .toMatchObject({ reason: 'NameTaken', message: expect.stringContaining('creation.test/adopt: adopted') });
  await cluster.kubectl(['annotate', 'deployment/adopted', 'creation.test/adopt=adopted, injector']);
  await expect.poll(() => boxes.world.condition('adopted', 'Stalled'), eventually).toMatchObject({ status: 'False' });
  const { metadata, spec } = await boxes.live(Deployment, 'adopted');
  const after = spec as unknown as NonNullable<Deployment['spec']>;
  expect(after.template.spec?.containers.map(({ name }) => name)).toEqual(['main']);
  expect([after.template.spec?.volumes, after.replicas, metadata.uid]).toEqual([undefined, 2, before.metadata.uid]);
  // One for the annotation, which is a new generation of a Deployment, and one for all that it became.
  expect(metadata.generation).toBe(before.metadata.generation! + 2);
  expect(Object.keys(metadata.labels ?? {})).toEqual(['creation.test/managed-by']);
  const marks = Object.keys(metadata.annotations ?? {}).filter((name) => !name.startsWith('deployment.kubernetes.io/'));
  expect(marks.sort()).toEqual(['creation.test/applied', 'injected']);
});

test('a child that another program made for the same owner keeps what that set, unless it is rendered wholly', async ({
  boxes,
  cluster,
}) => {
  const rendered = workload({}, { paused: true });
  const made = async (name: string, whole: boolean) => {
    const child = boxes.child(Deployment, name, { spec: rendered });
    await boxes.world.create(name, { child, whole, paused: true });
    const { apiVersion, kind, metadata: owner } = await boxes.world.get(name);
    const theirs = workload({}, { paused: true, minReadySeconds: 7 });
    Object.assign(theirs.template.spec, { volumes: [{ name: 'host', hostPath: { path: '/' } }] });
    const ownerReferences = [{ apiVersion, kind, name, uid: owner.uid, controller: true }];
    const metadata = { name, labels: { theirs: 'yes' }, ownerReferences };
    await cluster.api.create(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments?fieldManager=manager`, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: theirs },
    });
    const before = await boxes.live(Deployment, name);
    await boxes.world.edit(name, { spec: { paused: null } });
    const settled = () =>
      boxes.live(Deployment, name).then((live) => live.metadata.annotations?.['creation.test/applied']);
    await expect.poll(settled, eventually).toBeDefined();
    const after = await boxes.live(Deployment, name);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    // All of it in one write; an annotation alone is a new generation of a Deployment.
    expect(after.metadata.generation).toBe(before.metadata.generation! + 1);
    const { minReadySeconds, template } = after.spec as unknown as NonNullable<Deployment['spec']>;
    return [minReadySeconds, template.spec?.volumes?.length, after.metadata.labels?.theirs];
  };
  expect(await made('beside', false)).toEqual([7, 1, 'yes']);
  expect(await made('whole', true)).toEqual([undefined, undefined, undefined]);
});

test('a copy of a child is not taken for one', async ({ boxes, cluster }) => {
  const { metadata } = await boxes.create(ConfigMap, 'original', { data: { a: '1' } });
  const { labels, annotations } = metadata;
  const copy = { metadata: { name: 'copy', labels, annotations }, data: { theirs: '1' } };
  await cluster.api.create(`/api/v1/namespaces/${cluster.namespace}/configmaps`, copy);
  await boxes.world.create('copy', { child: boxes.child(ConfigMap, 'copy', { data: { a: '1' } }) });
  await expect.poll(() => boxes.world.condition('copy', 'Stalled'), eventually).toMatchObject({ reason: 'NameTaken' });
  expect(((await boxes.live(ConfigMap, 'copy')) as ConfigMap).data).toEqual({ theirs: '1' });
});

test.for([
  ['with its label', {}],
  ['without its label', { 'creation.test/managed-by': undefined }],
] as const)(
  'a child that a backup brings back %s is taken back, as it is rendered',
  async (row, { boxes, cluster }) => {
    const [how, without] = row;
    const name = how.replace(/ .*/, '-restored');
    const { metadata } = await boxes.create(ConfigMap, name, { data: { a: 'then' } });
    const { labels, annotations } = metadata;
    await cluster.kubectl(['delete', 'box', name, '--cascade=foreground']);
    // As by Velero: no owner, no uid, another field manager, and what was in it.
    await cluster.api.create(`/api/v1/namespaces/${cluster.namespace}/configmaps?fieldManager=velero`, {
      metadata: { name, labels: { ...labels, ...without }, annotations },
      data: { a: 'then', gone: 'by now' },
    });
    await boxes.world.create(name, { child: boxes.child(ConfigMap, name, { data: { a: 'now' } }) });
    const data = async () => ((await boxes.live(ConfigMap, name)) as ConfigMap).data;
    await expect.poll(data, eventually).toEqual({ a: 'now' });
    const { uid } = (await boxes.world.get(name)).metadata;
    expect((await boxes.live(ConfigMap, name)).metadata.ownerReferences).toMatchObject([{ uid }]);
  },
);

test('a port that was given another number is put back, and a port of others stays', async ({ boxes, cluster }) => {
  await boxes.create(Service, 'moved-port', { spec: { ports: [port] } });
  const path = `/api/v1/namespaces/${cluster.namespace}/services/moved-port`;
  await cluster.api.patch(path, {
    spec: {
      ports: [
        { ...port, port: 8081 },
        { name: 'metrics', port: 9090 },
      ],
    },
  });
  const ports = async () => ((await boxes.live(Service, 'moved-port')) as Service).spec?.ports?.map((one) => one.port);
  await expect.poll(async () => (await ports())?.sort(), eventually).toEqual([80, 9090]);
});

test('what a webhook makes of a write stays: of a rendered value until the next one, of a default for good', async ({
  boxes,
  cluster,
}) => {
  const policies = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies';
  const name = 'hook.creation.test';
  const mutation = `Object{spec: Object.spec{minReadySeconds: 7, revisionHistoryLimit: 3}}`;
  await cluster.api.create(policies, {
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicy', metadata: { name } },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] },
        ],
        objectSelector: { matchLabels: { hooked: 'yes' } },
      },
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: mutation } }],
      reinvocationPolicy: 'Never',
      failurePolicy: 'Fail',
    },
  });
  const bindings = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings';
  await cluster.api.create(bindings, { metadata: { name }, spec: { policyName: name } });
  onTestFinished(async () => {
    await cluster.api.delete(`${bindings}/${name}`);
    await cluster.api.delete(`${policies}/${name}`);
  });
  const hooked = (minReadySeconds: number, image: string) => ({
    metadata: { labels: { hooked: 'yes' } },
    spec: workload({ image }, { minReadySeconds }),
  });
  const live = async () => {
    const { spec } = await boxes.live(Deployment, 'hooked');
    return [spec.minReadySeconds, spec.revisionHistoryLimit];
  };
  // A policy takes a moment to come into effect.
  await expect
    .poll(async () => {
      const trial = { metadata: { name: 'trial', labels: { hooked: 'yes' } }, spec: workload({}) };
      const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments?dryRun=All`;
      return (await cluster.api.create<{ spec: { minReadySeconds?: number } }>(path, trial)).spec.minReadySeconds;
    }, eventually)
    .toBe(7);
  await boxes.create(Deployment, 'hooked', hooked(1, 'nginx:1'));
  expect(await live()).toEqual([7, 3]);
  await boxes.world.edit('hooked', { metadata: { annotations: { look: 'again' } } });
  await quiet(boxes.running);
  expect(await live()).toEqual([7, 3]);
  await boxes.edit(Deployment, 'hooked', hooked(1, 'nginx:2'));
  expect(await live()).toEqual([1, 3]);
});

test('integers beyond 2^53 are carried as they are', async ({ boxes, cluster }) => {
  const large = '9007199254740993';
  const child = boxes.child(Widget as Kind, 'large', { spec: { note: 'a' } });
  const box = { apiVersion: 'creation.test/v1', kind: 'Box', metadata: { name: 'large' }, spec: { child, size: 0 } };
  await cluster.kubectl(['create', '--filename=-'], JSON.stringify(box).replace('"size":0', `"size":${large}`));
  const read = async (object: string, path: string) =>
    (await cluster.kubectl(['get', object, '--output', `jsonpath={${path}}`])).trim();
  const size = () => read('widgets.creation.test/large', '.spec.size').catch(() => undefined);
  await expect.poll(size, eventually).toBe(large);
  const patch = `{"status":{"theirs":${large}}}`;
  await cluster.kubectl([
    'patch',
    'boxs.creation.test/large',
    '--subresource=status',
    '--type=merge',
    '--patch',
    patch,
  ]);
  await boxes.world.edit('large', { spec: { child: boxes.child(Widget as Kind, 'large', { spec: { note: 'b' } }) } });
  await expect.poll(() => read('widgets.creation.test/large', '.spec.note'), eventually).toBe('b');
  await expect.poll(() => read('boxs.creation.test/large', '.status.observedGeneration'), eventually).toBe('2');
  expect(await read('boxs.creation.test/large', '.status.theirs')).toBe(large);
  expect(await read('boxs.creation.test/large', '.spec.size')).toBe(large);
  expect(await read('widgets.creation.test/large', '.spec')).toContain(large);
});

test('what an object leaves behind is not taken back while the watch has not shown that the object goes', async ({
  boxes,
  cluster,
}) => {
  const { world, running } = boxes;
  await boxes.create(ConfigMap, 'orphan', { data: { a: '1' } });
  await world.settled('orphan');
  await world.edit('orphan', { metadata: { finalizers: ['creation.test/held'] } });
  await quiet(running);
  const inTime = await delayWatch(running, 'boxs');
  running.proxy.requests.length = 0;
  await world.remove('orphan');
  // As the garbage collector does with propagationPolicy Orphan.
  await cluster.api.patch(`/api/v1/namespaces/${cluster.namespace}/configmaps/orphan`, {
    metadata: { ownerReferences: null },
  });
  const looks = () =>
    running.proxy.requests.filter(({ path, query }) => path.endsWith('/boxs') && query.has('fieldSelector')).length;
  await expect.poll(looks, eventually).toBeGreaterThan(0);
  await expect.poll(async () => (await world.condition('orphan', 'Ready'))?.message, eventually).toMatch(/held/);
  const { metadata } = await boxes.live(ConfigMap, 'orphan');
  expect(metadata.ownerReferences).toBeUndefined();
  inTime();
  await world.edit('orphan', { metadata: { finalizers: null } });
});

test('a child that was given away is not removed, though the watch has not shown that it was', async ({
  boxes,
  cluster,
}) => {
  const { world, running } = boxes;
  await boxes.create(ConfigMap, 'kept', { data: { a: '1' } });
  await world.settled('kept');
  await quiet(running);
  const inTime = await delayWatch(running, 'configmaps');
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/kept`;
  await cluster.api.patch(path, { metadata: { ownerReferences: null, labels: null } });
  running.proxy.requests.length = 0;
  await world.edit('kept', { spec: { child: boxes.child(ConfigMap, 'another', { data: {} }) } });
  const removals = () => running.proxy.requests.filter(({ method }) => method === 'DELETE').length;
  await expect.poll(removals, eventually).toBeGreaterThan(0);
  await world.settled('kept');
  expect(await boxes.live(ConfigMap, 'kept')).toBeDefined();
  inTime();
});

test('a child that is deleted with its object is not created again while the watch has not shown that the object goes', async ({
  boxes,
  cluster,
}) => {
  const { world, running } = boxes;
  await boxes.create(ConfigMap, 'ghost', { data: { a: '1' } });
  await world.settled('ghost');
  await world.edit('ghost', { metadata: { finalizers: ['creation.test/held'] } });
  await quiet(running);
  const inTime = await delayWatch(running, 'boxs');
  running.proxy.requests.length = 0;
  await world.remove('ghost');
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/ghost`;
  await cluster.api.delete(path);
  const looks = () =>
    running.proxy.requests.filter(({ path, query }) => path.endsWith('/boxs') && query.has('fieldSelector')).length;
  await expect.poll(looks, eventually).toBeGreaterThan(0);
  await expect.poll(async () => (await world.condition('ghost', 'Ready'))?.message, eventually).toMatch(/held/);
  expect(await boxes.live(ConfigMap, 'ghost')).toBeUndefined();
  inTime();
  await world.edit('ghost', { metadata: { finalizers: null } });
});
