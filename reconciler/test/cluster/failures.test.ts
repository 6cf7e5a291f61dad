import { Type } from '@sinclair/typebox';
import { controller, resource, TerminalError } from 'cdk8s-reconciler';
import { ConfigMap, Deployment, Job, StatefulSet } from 'cdk8s-reconciler/kinds';
import { manifest, workload } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { complete } from '../../../test/cluster/pod-scripts.js';
import { define, eventually, quiet, Running, World } from './running.js';

const outside = { locked: true };

const Record = resource({
  group: 'failures.test',
  version: 'v1',
  kind: 'Record',
  spec: Type.Object({
    runs: Type.Optional(Type.Union(['Deployment', 'StatefulSet', 'Job'].map((kind) => Type.Literal(kind)))),
    clock: Type.Boolean({ default: false }),
    unclear: Type.Boolean({ default: false }),
  }),
});

const pod = { containers: [{ name: 'web', image: 'web' }] };
const records = controller(Record, {
  owns: { maps: ConfigMap, deployments: Deployment, sets: StatefulSet, jobs: Job },
  render: ({ metadata: { name }, spec }) => [
    manifest(ConfigMap, name, { data: { time: spec.clock ? String(performance.now()) : '' } }),
    ...(spec.runs === 'Deployment' ? [workload(Deployment, name, pod)] : []),
    ...(spec.runs === 'StatefulSet' ? [workload(StatefulSet, name, pod)] : []),
    ...(spec.runs === 'Job'
      ? [manifest(Job, name, { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', ...pod } } } })]
      : []),
  ],
  requeueAfter: ({ spec }) => (spec.unclear ? Number.NaN : undefined),
  finalize: async ({ metadata }) => {
    if (metadata.name.startsWith('locked') && outside.locked) throw new TerminalError('ZoneLocked', 'unlock the zone');
  },
});

const test = base.extend('records', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Record);
  const running = await Running.start(cluster, [records], { namespaces: 'all' });
  onCleanup(() => running.stop());
  return { running, world: new World(cluster, Record) };
});

test('a requeueAfter that is no number is in the status, and its end too', async ({ records: { world } }) => {
  await world.create('unclear', { unclear: true });
  await expect
    .poll(() => world.condition('unclear', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'InvalidRequeueAfter',
      message: 'requeueAfter is NaN, expected seconds; undefined or Infinity for never',
    });
  await world.edit('unclear', { spec: { unclear: false } });
  await world.settled('unclear');
});

test('a finalizer that fails for good is in the status, and tried again at the next change', async ({
  cluster,
  records,
}) => {
  const { world } = records;
  await world.create('locked');
  await world.settled('locked');
  await world.remove('locked');
  await expect
    .poll(() => world.condition('locked', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'ZoneLocked',
      message: 'unlock the zone',
      observedGeneration: 2,
    });
  const events = () => cluster.kubectl(['get', 'events', '--field-selector=involvedObject.name=locked']);
  await expect.poll(events, eventually).toMatch(/Warning +ZoneLocked/);
  outside.locked = false;
  await world.edit('locked', { metadata: { annotations: { again: 'please' } } });
  await expect.poll(() => world.get('locked').catch(String), eventually).toMatch('404');
});

test('a render that is not the same at each call stops its object, which says where', async ({ records }) => {
  const { world, running } = records;
  await world.create('clock', { clock: true });
  await expect
    .poll(() => world.condition('clock', 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'ImpureRender',
      message: expect.stringContaining('ConfigMap clock differs in data.time'),
    });
  await quiet(running);
  expect(running.writes.filter((write) => write === 'PATCH configmaps/clock').length).toBeLessThan(8);
});

for (const runs of ['Deployment', 'StatefulSet', 'Job']) {
  test(`the quota that refuses the pods of a ${runs} is in the status`, async ({ cluster, records }) => {
    const name = `refused-${runs.toLowerCase()}`;
    await cluster.kubectl(['create', 'quota', 'none', '--hard=pods=0']).catch(() => undefined);
    await records.world.create(name, { runs });
    await expect
      .poll(() => records.world.condition(name, 'Ready'), eventually)
      .toMatchObject({
        status: 'False',
        reason: 'PodsRefused',
        message: expect.stringContaining('exceeded quota: none'),
      });
  });
}

test('a Job that has failed for good is in the status, until it is deleted and comes again', async ({
  cluster,
  records: { world },
}) => {
  await cluster.kubectl(['delete', 'quota', 'none', '--ignore-not-found']);
  cluster.kubelet.script({ labels: { 'job-name': 'once' } }, complete({ exitCode: 1 }));
  await world.create('once', { runs: 'Job' });
  await expect
    .poll(() => world.condition('once', 'Stalled'), eventually)
    .toMatchObject({ status: 'True', reason: 'ChildFailed', message: expect.stringMatching(/^Job .*once: /) });
  cluster.kubelet.script({ labels: { 'job-name': 'once' } }, complete());
  await cluster.kubectl(['delete', 'job', 'once']);
  await world.settled('once');
});

test('a namespace that is deleted with its objects is left in peace', async ({ cluster, records }) => {
  const space = `${cluster.namespace}-going`;
  await cluster.kubectl(['create', 'namespace', space]);
  const names = Array.from({ length: 20 }, (_, i) => `going-${i}`);
  for (const name of names) await records.world.create(name, {}, {}, space);
  const list = () => cluster.kubectl(['get', 'configmaps', `--namespace=${space}`, '--output=name']);
  await expect.poll(async () => (await list()).match(/going/g)?.length, eventually).toBe(20);
  await quiet(records.running);
  const before = records.running.proxy.requests.length;
  await cluster.kubectl(['delete', 'namespace', space, '--timeout=60s']);
  const requests = records.running.proxy.requests.slice(before).filter(({ path }) => path.includes(`/${space}/`));
  expect(requests.filter(({ method }) => method === 'POST').length).toBeLessThan(10);
  expect(requests.filter(({ path }) => path.endsWith('/status'))).toEqual([]);
});
