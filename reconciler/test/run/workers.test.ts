import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { expect, it } from 'vitest';
import type { Controller } from '../../src/controller.js';
import { systemClock } from '../../src/queue/clock.js';
import { Queue } from '../../src/queue/queue.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { createLog } from '../../src/run/log.js';
import { Metrics } from '../../src/run/metrics.js';
import { Workers, type WorkersOptions } from '../../src/run/workers.js';
import { SimulatedCluster } from '../reconcile/simulated-cluster.js';

/** More than Node takes for a leak. */
const many = 20;
const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', spec: Type.Object({}) });

it('many reconciliations may wait for many things each, without a warning of a leak', async () => {
  const warnings: string[] = [];
  const hear = ({ message }: Error) => warnings.push(message);
  process.on('warning', hear);
  let [waiting, go] = [0, () => {}];
  const all = new Promise<void>((resolve) => {
    go = resolve;
  });
  const web = controller(Web, {
    owns: {},
    workers: many,
    observe: async (_object, _children, { signal }) => {
      for (let i = 0; i < many; i++) signal.addEventListener('abort', () => {});
      if (++waiting === many) go();
      await all;
    },
    render: () => [],
  }) as unknown as Controller;
  const metadata = { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1', generation: 1 };
  const owner: Owner = { apiVersion: 'my.domain/v1', kind: 'Web', metadata, spec: {} };
  const cluster = Object.assign(new SimulatedCluster(web, owner), { context: (signal: AbortSignal) => ({ signal }) });
  const queue = new Queue(systemClock);
  const owners = { store: { get: () => owner, synced: true }, synced: true };
  const options = { controller: web, queue, owners, cluster, clock: systemClock, metrics: new Metrics() };
  const workers = new Workers({ ...options, log: createLog('silent') } as unknown as WorkersOptions);
  for (let i = 0; i < many; i++) queue.add(`shop/web-${i}`);
  workers.start();
  await all;
  await workers.drain();
  process.off('warning', hear);
  expect(warnings).toEqual([]);
});
