import type { Kind } from 'cdk8s-reconciler';
import {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler/kinds';
import { expect } from 'vitest';
import { applied, type Content, controlled, env, labels, managers, port, test, Widget, workload } from './boxes.js';
import { type AnyObject, eventually, quiet, Running } from './running.js';

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

/** Without what distinguishes it from others of its kind, and what controllers note of its past. */
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
    expect(managers(before)).toEqual([applied]);
    const after = await boxes.edit(kind, name, later);
    expect(managers(after)).toEqual([applied]);
    expect(content(after)).not.toEqual(content(before));
    expect(content(after)).toEqual(content(await boxes.create(kind, `${kind.kind.toLowerCase()}-fresh`, later)));
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(allocated(before)).toEqual(expect.arrayContaining(allocated(after)));
  },
);

// Of a kind without a controller: a version that another one has just written costs a second look.
test('whatever changes is one write, by the same field manager', async ({ boxes }) => {
  const https = { name: 'https', port: 443 };
  await boxes.create(Service, 'edited', {
    spec: { selector: { app: 'a' }, sessionAffinity: 'ClientIP', ports: [port] },
  });
  const edits = [
    { spec: { selector: { app: 'b' }, sessionAffinity: 'ClientIP', ports: [port] } },
    { spec: { selector: { app: 'b' }, ports: [{ ...port, targetPort: 8080 }, https] } },
    { metadata: { labels }, spec: { ports: [https] } },
  ];
  for (const edit of edits) {
    await quiet(boxes.running);
    boxes.writes();
    const after = await boxes.edit(Service, 'edited', edit);
    expect(managers(after)).toEqual([applied]);
    await quiet(boxes.running);
    expect(boxes.writes()).toBe(1);
  }
  const { spec } = await boxes.live(Service, 'edited');
  expect(spec).toMatchObject({ sessionAffinity: 'None', ports: [https] });
  expect(spec.selector).toBeUndefined();
});

test('an item of a list that is rendered with another key takes the place of the former', async ({ boxes }) => {
  await boxes.create(Service, 'renumbered', { spec: { ports: [port] } });
  const { spec } = await boxes.edit(Service, 'renumbered', { spec: { ports: [{ ...port, port: 8080 }] } });
  expect(spec.ports).toEqual([expect.objectContaining({ port: 8080 })]);
});

test('a node port that is asked for along with other changes is given', async ({ boxes }) => {
  // Large, so that the API server takes its time to show in its cache what it has written.
  const metadata = { annotations: { large: 'x'.repeat(150_000) } };
  // Ports of the band that the API server never gives by chance.
  const services = Array.from({ length: 20 }, (_, i) => [`ported-${i}`, 30_010 + i] as const);
  const edited = services.map(async ([name, nodePort]) => {
    await boxes.create(Service, name, { metadata, spec: { sessionAffinity: 'ClientIP', ports: [port] } });
    return boxes.edit(Service, name, { metadata, spec: { type: 'NodePort', ports: [{ ...port, nodePort }] } });
  });
  const given = (await Promise.all(edited)).map(({ spec }) => (spec.ports as [{ nodePort?: number }])[0].nodePort);
  expect(given).toEqual(services.map(([, nodePort]) => nodePort));
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

test('another writer of the child while such a default gives way is no failure', async ({ boxes }) => {
  const strategy = (type: string) => ({ spec: workload({}, { strategy: { type } }) });
  await boxes.create(Deployment, 'contended', strategy('RollingUpdate'));
  const failures = await boxes.running.failures();
  const other = boxes.running.proxy.inject({
    on: ({ method, path, query }) => method === 'PATCH' && path.endsWith('/contended') && !query.has('force'),
    effect: { do: 'answer', status: 409, body: '{"reason":"Conflict"}' },
    times: 1,
  });
  const { spec } = await boxes.edit(Deployment, 'contended', strategy('Recreate'));
  other.remove();
  expect([spec.strategy, other.hits]).toEqual([{ type: 'Recreate' }, 1]);
  expect(await boxes.running.failures()).toBe(failures);
});

test('a new child is one write, also with values that say nothing', async ({ boxes }) => {
  await quiet(boxes.running);
  boxes.writes();
  await boxes.create(Deployment, 'small', {
    spec: workload({ args: [], env: [] }, { minReadySeconds: 0, paused: false }),
  });
  await boxes.create(Widget as Kind, 'small-widget', { spec: { note: '' } });
  await quiet(boxes.running);
  expect(boxes.writes()).toBe(2);
});

test('two items of a list with the same key are refused in the words of the API server', async ({ boxes }) => {
  const twins = { spec: workload({ env: [...env, ...env] }) };
  await boxes.create(Deployment, 'twins', twins);
  expect(await boxes.world.condition('twins', 'Ready')).toMatchObject({
    status: 'False',
    message: expect.stringContaining('duplicate entries for key [name="A"]'),
  });
});

test('nothing is written when the operator starts again, whether children were created or edited', async ({
  boxes,
  cluster,
}) => {
  await boxes.world.remove('twins');
  // What `kubectl create --dry-run=client -o yaml` prints, and a copy of what another object is.
  const metadata = { creationTimestamp: null };
  await boxes.create(Service, 'dry', { metadata, spec: { ports: [port] }, status: { loadBalancer: {} } });
  await boxes.create(Deployment, 'with-status', { metadata, spec: workload({}), status: { replicas: 7 } });
  const { status, metadata: source } = await boxes.create(PersistentVolumeClaim, 'source', { spec: claim });
  const { name: _, ownerReferences: __, labels: ___, annotations: ____, ...copied } = source;
  await boxes.create(PersistentVolumeClaim, 'copy', { metadata: copied, spec: claim, status });
  await quiet(boxes.running);
  const again = await Running.start(cluster, [controlled]);
  await expect.poll(() => again.reconciliations(), eventually).toBeGreaterThan(cases.length * 2);
  await quiet(again);
  expect(again.writes).toEqual([]);
  await again.stop();
});
