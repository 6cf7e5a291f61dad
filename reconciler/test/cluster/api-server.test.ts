import { Deployment } from 'cdk8s-reconciler/kinds';
import { expect, test } from 'vitest';
import { ControlPlane } from '../../../test/cluster/control-plane.js';
import { TestCluster } from '../../../test/cluster/test-cluster.js';
import { Replica } from './replica.js';
import { define, eventually, World } from './running.js';
import { declareWebServer } from './sample.js';

const WebServer = declareWebServer('api-server.test');

/** A control plane of its own: what it does to the API server no other test should see. */
async function withCluster(use: (cluster: TestCluster, world: World) => Promise<void>): Promise<void> {
  const controlPlane = await ControlPlane.start({ audit: true });
  try {
    const cluster = await TestCluster.create(controlPlane, 'api-server');
    await define(cluster, WebServer);
    await use(cluster, new World(cluster, WebServer));
    await cluster.remove();
  } finally {
    await controlPlane.stop();
  }
}

test('an API server that is killed and comes back is served on by the same process, with its lease', () =>
  withCluster(async (cluster, world) => {
    const replica = await Replica.start(cluster, { group: 'api-server.test', name: 'replica', lease: 'web' });
    await replica.says('leading');
    for (let round = 0; round < 2; round++) {
      await world.create(`before-${round}`, { replicas: 0 });
      await world.settled(`before-${round}`);
      await cluster.controlPlane.stopApiServer();
      await cluster.controlPlane.startApiServer();
      await world.create(`after-${round}`, { replicas: 0 });
      await world.settled(`after-${round}`);
    }
    const { length } = replica.messages.filter((message) => message === 'leading');
    expect(length).toBe(1);
    replica.signal('SIGTERM');
    expect(await replica.ended()).toBe(0);
  }));

test('objects that were deleted while the API server was unreachable are noticed', () =>
  withCluster(async (cluster, world) => {
    const replica = await Replica.start(cluster, { group: 'api-server.test', name: 'replica' });
    await world.create('web', { replicas: 0 });
    await world.settled('web');
    replica.signal('SIGSTOP');
    await cluster.kubectl(['delete', 'service', 'web-service']);
    await cluster.controlPlane.stopApiServer();
    await cluster.controlPlane.startApiServer();
    replica.signal('SIGCONT');
    await expect
      .poll(() => cluster.kubectl(['get', 'service', 'web-service', '--output=name']).catch(String), eventually)
      .toBe('service/web-service\n');
    expect(await world.child(Deployment, 'web')).toBeDefined();
    await replica.stop();
  }));
