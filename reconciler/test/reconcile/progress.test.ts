import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect, it } from 'vitest';
import type { Controller } from '../../src/controller.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { Reconciler } from '../../src/reconcile/reconcile.js';
import { SimulatedCluster } from './simulated-cluster.js';

const Web = resource({ group: 'progress.test', version: 'v1', kind: 'Web', spec: Type.Object({}) });
const owner = {
  ...{ apiVersion: 'progress.test/v1', kind: 'Web', spec: {} },
  metadata: { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1', generation: 1 },
} as Owner;

/** Children of an API server that takes a tenth of a second for each. What the object says meanwhile, and when. */
function slowly(count: number) {
  const declared = controller(Web, {
    owns: { maps: ConfigMap },
    render: () => Array.from({ length: count }, (_, i) => manifest(ConfigMap, `map-${i}`, { data: {} })),
    status: (_, { maps }) => ({
      conditions: [{ type: 'Counted', status: 'True', reason: 'Yes', message: `${maps.length}` }],
    }),
    undecided: () => ({ conditions: [{ type: 'Counted', status: 'Unknown', reason: 'No', message: '' }] }),
  }) as unknown as Controller;
  let milliseconds = 0;
  const said: string[] = [];
  class Slow extends SimulatedCluster {
    override async write(...written: Parameters<SimulatedCluster['write']>) {
      milliseconds += 100;
      await super.write(...written);
    }
    override latest() {
      return this.owner;
    }
    override async writeStatus(...written: Parameters<SimulatedCluster['writeStatus']>) {
      const status = await super.writeStatus(...written);
      const { status: is, message = '' } = this.condition('Reconciling')!;
      if (status) said.push(`${milliseconds / 1000} s: ${is} ${message}, Counted ${this.condition('Counted')?.status}`);
      return status;
    }
  }
  const cluster = new Slow(declared, owner);
  const reconciler = new Reconciler(declared, cluster, () => new Date(milliseconds));
  return { said, reconcile: () => reconciler.reconcile(cluster.owner, new AbortController().signal) };
}

it('an object with many children says how far they are, before the last one is written', async () => {
  const { said, reconcile } = slowly(300);
  await reconcile();
  expect(said).toEqual([
    '5 s: True 50 of 300 children are written, Counted undefined',
    '20 s: True 200 of 300 children are written, Counted undefined',
    expect.stringMatching(/^30 s: .*, Counted True$/),
  ]);
  await reconcile();
  expect(said).toHaveLength(3);
});

it('an object with few children says nothing before', async () => {
  const { said, reconcile } = slowly(50);
  await reconcile();
  expect(said).toHaveLength(1);
});
