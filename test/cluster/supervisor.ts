import { join } from 'node:path';
import { startNodes } from '../node/nodes.js';
import { announce } from './background.js';
import { ControlPlane } from './control-plane.js';
import { FakeKubelet } from './fake-kubelet.js';
import { isolated } from './network.js';
import { identify } from './processes.js';
import { relay } from './relay.js';

/*
 * The process behind `npm run cluster`: supervisor.ts PORT STATE-FILE. Its network namespace, if it has one, is the
 * cluster's; SIGTERM ends the cluster.
 */
async function main(port: number, stateFile: string): Promise<void> {
  const cluster = await ControlPlane.start({ port, audit: process.env.CLUSTER_AUDIT === 'true' });
  const stop = () => cluster.stop().then(() => process.exit(0));
  process.on('SIGTERM', stop).on('SIGINT', stop);

  const nodes = Number(process.env.CLUSTER_NODES ?? 0);
  if (nodes > 0) {
    if (!isolated()) throw new Error('CLUSTER_NODES needs Linux, root and the programs unshare and ip');
    await startNodes(cluster, nodes);
  } else {
    await FakeKubelet.start(cluster.api);
  }
  const socket = isolated() ? join(cluster.directory, 'api.sock') : undefined;
  if (socket) relay({ path: socket }, { host: '127.0.0.1', port });
  const { directory, kubeconfig } = cluster;
  announce({ supervisor: identify(process.pid)!, directory, kubeconfig, port, socket }, stateFile);
}

const [port, stateFile = ''] = process.argv.slice(2);
main(Number(port), stateFile).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
