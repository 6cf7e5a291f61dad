import { Type } from '@sinclair/typebox';
import {
  ConfigMap,
  controller,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  type Kind,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  resource,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { apiVersionOf } from '../../src/kinds.js';
import type { Entry } from '../../src/run/managed-fields.js';
import { type AnyObject, define, eventually, quiet, Running, World } from './running.js';

const Widget = resource({
  group: 'creation.test',
  version: 'v1',
  kind: 'Widget',
  spec: Type.Object({
    size: Type.Integer({ default: 3 }),
    mode: Type.String({ default: 'plain' }),
    note: Type.Optional(Type.String()),
  }),
});

/** Has one child, as JSON. */
const Box = resource({
  group: 'creation.test',
  version: 'v1',
  kind: 'Box',
  spec: Type.Object({ child: Type.String(), paused: Type.Optional(Type.Boolean()) }),
});
const kinds = [
  ...[ConfigMap, Secret, Service, PersistentVolumeClaim, Deployment, StatefulSet, Job],
  ...[PodDisruptionBudget, HorizontalPodAutoscaler, Widget],
];
const owns = Object.fromEntries(kinds.map((kind) => [kind.plural, kind as Kind]));
const controlled = controller(Box, { owns, render: ({ spec }) => [JSON.parse(spec.child)] });

const test = base.extend('boxes', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Widget, Box);
  const running = await Running.start(cluster, [controlled]);
  onCleanup(() => running.stop());
  const world = new World(cluster, Box);
  const child = (kind: Kind, name: string, { metadata, ...content }: Content) =>
    JSON.stringify({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, name }, ...content });
  const live = async (kind: Kind, name: string) => (await world.child(kind, name)) as AnyObject;
  const told = async (kind: Kind, name: string, { metadata }: AnyObject) => {
    const observed = async () => (await world.get(name)).status?.observedGeneration;
    await expect.poll(observed, eventually).toBe(metadata.generation);
    return live(kind, name);
  };
  return {
    ...{ cluster, running, world, live },
    create: async (kind: Kind, name: string, content: Content) =>
      told(kind, name, await world.create(name, { child: child(kind, name, content) })),
    edit: async (kind: Kind, name: string, content: Content) =>
      told(kind, name, await world.edit(name, { spec: { child: child(kind, name, content), paused: false } })),
    /** Requests that changed the child since the last time. */
    writes: () =>
      running.proxy.requests.splice(0).filter(({ method, path }) => method !== 'GET' && !/status$|events$/.test(path))
        .length,
  };
});

type Content = { readonly metadata?: object; readonly [field: string]: unknown };

/** Our own field managers. */
function managers({ metadata }: AnyObject): string[] {
  const entries = (metadata.managedFields ?? []) as readonly Entry[];
  return entries.flatMap(({ manager = '', operation }) =>
    manager.startsWith('box.') ? [`${manager} ${operation}`] : [],
  );
}
const applied = 'box.creation.test Apply';
const created = expect.stringMatching(/^box\.creation\.test-created-[0-9a-f]{12} Update$/);

const labels = { app: 'boxed' };
const env = [{ name: 'A', value: '1' }];
const port = { name: 'http', port: 80 };
const workload = (container: object, rest: object = {}) => {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx', ...container }] } };
  return { replicas: 0, selector: { matchLabels: labels }, template, ...rest };
};
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const volumes = { serviceName: 'boxed', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }] };
const pod = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'nginx' }] };
const job = { suspend: true, template: { spec: pod } };
const budget = { minAvailable: 1, selector: { matchLabels: labels } };
const scaler = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'boxed' }, maxReplicas: 3 };

/** What is rendered first, and later without some of it. */
const cases: readonly { kind: Kind; first: Content; later: Content }[] = [
  { kind: ConfigMap, first: { metadata: { labels }, data: { a: '1', b: '2' } }, later: { data: { a: '1' } } },
  { kind: Secret, first: { stringData: { a: '1', b: '2' } }, later: { stringData: { a: '1' } } },
  {
    kind: Service,
    first: { spec: { type: 'NodePort', sessionAffinity: 'ClientIP', ports: [port, { name: 'https', port: 443 }] } },
    later: { spec: { type: 'NodePort', ports: [port] } },
  },
  {
    kind: Deployment,
    first: { spec: workload({ env, imagePullPolicy: 'Never' }, { minReadySeconds: 5 }) },
    later: { spec: workload({}) },
  },
  { kind: StatefulSet, first: { spec: workload({ env }, volumes) }, later: { spec: workload({}, volumes) } },
  { kind: Job, first: { spec: { ...job, ttlSecondsAfterFinished: 5 } }, later: { spec: job } },
  {
    kind: PodDisruptionBudget,
    first: { spec: { ...budget, unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
    later: { spec: budget },
  },
  { kind: PersistentVolumeClaim, first: { metadata: { labels }, spec: claim }, later: { spec: claim } },
  { kind: HorizontalPodAutoscaler, first: { spec: { ...scaler, minReplicas: 2 } }, later: { spec: scaler } },
  { kind: Widget as Kind, first: { spec: { size: 5, note: 'a' } }, later: { spec: {} } },
];

/** What the API server allocates: addresses and ports of a Service, labels of a Job's pods. */
const allocation = /"(clusterIPs?|nodePort|[^"]*controller-uid|[^"]*job-name)":(\["[^"]*"\]|"[^"]*"|\d+)/g;
const allocated = ({ spec = {} }: AnyObject) => JSON.stringify(spec).match(allocation) ?? [];

/** Without what tells it from others of its kind, and what controllers note of its past. */
function content({ metadata, ...object }: AnyObject): object {
  const rest = { ...object, status: undefined, metadata: { labels: metadata.labels } };
  const text = JSON.stringify(rest).replaceAll(metadata.uid, 'uid').replaceAll(metadata.name, 'name');
  return JSON.parse(text.replace(allocation, '"$1":"allocated"'));
}

test.for(cases)(
  '$kind.kind: what is no longer rendered of it goes, as if it had never been, and the rest stays',
  async ({ kind, first, later }, { boxes }) => {
    const name = `${kind.kind.toLowerCase()}-changed`;
    const before = await boxes.create(kind, name, first);
    expect(managers(before)).toEqual([created]);
    const after = await boxes.edit(kind, name, later);
    expect(managers(after)).toEqual([applied]);
    expect(content(after)).not.toEqual(content(before));
    expect(content(after)).toEqual(content(await boxes.create(kind, `${kind.kind.toLowerCase()}-fresh`, later)));
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(allocated(before)).toEqual(expect.arrayContaining(allocated(after)));
  },
);

test('other values of the same fields are one write, and what is left out after that goes all the same', async ({
  boxes,
}) => {
  const container = (image: string, ...args: string[]) => ({ spec: workload({ env, image, args }) });
  await boxes.create(Deployment, 'edited', container('nginx:1', 'a'));
  const edits = [
    { later: container('nginx:2', 'a'), ours: [created] },
    // A list without keys is written as a whole, which is an apply.
    { later: container('nginx:2', 'b'), ours: [applied, created] },
    { later: container('nginx:3', 'b'), ours: [applied, created] },
  ];
  for (const { later, ours } of edits) {
    await quiet(boxes.running);
    boxes.writes();
    const after = await boxes.edit(Deployment, 'edited', later);
    expect(after.spec).toMatchObject(later.spec);
    expect(managers(after).sort()).toEqual(ours);
    await quiet(boxes.running);
    expect(boxes.writes()).toBe(1);
  }
  const after = await boxes.edit(Deployment, 'edited', { spec: workload({}) });
  expect(managers(after)).toEqual([applied]);
  expect(JSON.stringify(after.spec)).not.toMatch(/"env"|"args"/);
});

test('an item of a list that is rendered with another key takes the place of the former', async ({ boxes }) => {
  await boxes.create(Service, 'renumbered', { spec: { ports: [port] } });
  const { spec } = await boxes.edit(Service, 'renumbered', { spec: { ports: [{ ...port, port: 8080 }] } });
  expect(spec.ports).toEqual([expect.objectContaining({ port: 8080 })]);
});

/** The watch comes so late that others change things unseen. Returns what ends that. */
async function delayWatch({ proxy }: Running, plural: string): Promise<() => void> {
  const late = proxy.inject({
    on: ({ path, watch }) => watch && path.endsWith(`/${plural}`),
    effect: { do: 'delay', milliseconds: 5000 },
  });
  proxy.resetAll();
  await expect.poll(() => late.hits, eventually).toBeGreaterThan(0);
  return () => {
    late.remove();
    proxy.resetAll();
  };
}

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

test('items of a list get the order in which they are rendered', async ({ boxes }) => {
  const [a, b] = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)' },
  ];
  await boxes.create(Deployment, 'ordered', { spec: workload({ env: [b, a] }) });
  const { spec } = await boxes.edit(Deployment, 'ordered', { spec: workload({ env: [a, b] }) });
  expect(spec).toMatchObject(workload({ env: [a, b] }));
});

test('a value may exclude what was a default of the value before', async ({ boxes }) => {
  const rolling = { spec: workload({}, { strategy: { type: 'RollingUpdate' } }) };
  await boxes.create(Deployment, 'recreated', rolling);
  const { spec } = await boxes.edit(Deployment, 'recreated', {
    spec: workload({}, { strategy: { type: 'Recreate' } }),
  });
  expect(spec.strategy).toEqual({ type: 'Recreate' });
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

test('what others have set since the creation stays when it is handed over', async ({ boxes, cluster }) => {
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

test('a hand-over starts again when somebody else has written meanwhile', async ({ boxes }) => {
  await boxes.create(ConfigMap, 'contended', { data: { a: '1', b: '2' } });
  const body = JSON.stringify({ kind: 'Status', code: 409, reason: 'Conflict', message: 'injected' });
  const fault = boxes.running.proxy.inject({
    on: ({ method, path }) => method === 'PATCH' && path.endsWith('/contended') && path.includes('/configmaps/'),
    effect: { do: 'answer', status: 409, headers: { 'content-type': 'application/json' }, body },
    times: 2,
  });
  expect(await boxes.edit(ConfigMap, 'contended', { data: { a: '1' } })).toMatchObject({ data: { a: '1' } });
  expect(fault.hits).toBe(2);
  fault.remove();
});

test('a child that was applied, as earlier versions did, loses what is left out in one write', async ({ boxes }) => {
  const box = await boxes.world.create('older', { child: '{}', paused: true });
  const { apiVersion, kind, metadata } = box;
  const ownerReferences = [{ apiVersion, kind, name: 'older', uid: metadata.uid, controller: true }];
  const path = `/api/v1/namespaces/${boxes.cluster.namespace}/configmaps/older`;
  const older = {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1', b: '2' } },
    metadata: { name: 'older', labels: { 'creation.test/managed-by': 'box' }, ownerReferences },
  };
  await boxes.cluster.api.patch(`${path}?fieldManager=box.creation.test`, older, 'apply');
  await quiet(boxes.running);
  boxes.writes();
  const after = await boxes.edit(ConfigMap, 'older', { data: { a: '1' } });
  expect([managers(after), (after as ConfigMap).data]).toEqual([[applied], { a: '1' }]);
  expect(boxes.writes()).toBe(1);
});

test('two items of a list with the same key are refused in the words of the API server', async ({ boxes }) => {
  const twins = { spec: workload({ env: [...env, ...env] }) };
  await boxes.create(Deployment, 'twins', twins);
  expect(await boxes.world.condition('twins', 'Ready')).toMatchObject({
    status: 'False',
    message: expect.stringContaining('duplicate entries for key [name="A"]'),
  });
});

test('nothing is written when the operator starts again, whether children were created, edited or handed over', async ({
  boxes,
  cluster,
}) => {
  await boxes.world.remove('twins');
  await quiet(boxes.running);
  const again = await Running.start(cluster, [controlled]);
  await expect.poll(() => again.passes(), eventually).toBeGreaterThan(cases.length * 2);
  await quiet(again);
  expect(again.writes).toEqual([]);
  await again.stop();
});

test('a status that is rendered, which never becomes ours, is applied once by each process', async ({
  boxes,
  cluster,
}) => {
  await boxes.create(Deployment, 'with-status', { spec: workload({}), status: { replicas: 7 } });
  await quiet(boxes.running);
  const again = await Running.start(cluster, [controlled]);
  const once = [expect.stringMatching(/^PATCH deployments\/with-status/)];
  await expect.poll(() => again.writes, eventually).toEqual(once);
  await quiet(again);
  const passes = await again.passes();
  await boxes.world.edit('with-status', { metadata: { annotations: { note: 'look again' } } });
  await expect.poll(() => again.passes(), eventually).toBeGreaterThan(passes);
  await quiet(again);
  expect(again.writes).toEqual(once);
  await again.stop();
});
