import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNodes } from '../node/nodes.js';
import { ControlPlane } from './control-plane.js';

/*
 * Starts a cluster, with that many real nodes and a process of a test, says what it consists of, and waits to be
 * killed: what a test run does that is killed.
 */
async function main(nodes: number): Promise<void> {
  const cluster = await ControlPlane.start();
  const { directory, id } = cluster;
  cluster.adopt(spawn('sleep', ['600']));
  if (nodes > 0) await startNodes(cluster, nodes);
  const pids = join(directory, 'pid');
  const processes = readdirSync(pids).map((name) => JSON.parse(readFileSync(join(pids, name), 'utf8')));
  console.log(JSON.stringify({ directory, id, processes }));
  setInterval(() => {}, 1000);
}

main(Number(process.argv[2] ?? 0));
