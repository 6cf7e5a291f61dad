import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from './control-plane.js';

/* Starts a cluster, says what it consists of, and waits to be killed: what a test run does that somebody kills. */
async function main(): Promise<void> {
  const { directory } = await ControlPlane.start();
  const pids = join(directory, 'pid');
  const processes = readdirSync(pids).map((name) => JSON.parse(readFileSync(join(pids, name), 'utf8')));
  console.log(JSON.stringify({ directory, processes }));
  setInterval(() => {}, 1000);
}

main();
