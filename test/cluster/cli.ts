import { join } from 'node:path';
import { buildImages } from '../node/prepare.js';
import { down, up } from './background.js';
import { binaries, controlPlaneTools, nodeTools } from './binaries.js';

/*
 * `npm run cluster` and `npm run cluster -- down`. Standard output is for `eval`, all else goes to standard error.
 */
const progress = (line: string) => process.stderr.write(`${line}\n`);

async function main(command: string): Promise<void> {
  if (command === 'down') {
    progress((await down()) ? 'the cluster is down' : 'no cluster runs');
  } else if (command === 'up') {
    // Here and not in the background, where there is no way out of the namespace.
    await binaries(process.env.CLUSTER_NODES ? [...controlPlaneTools, ...nodeTools] : controlPlaneTools, progress);
    if (process.env.CLUSTER_NODES) await buildImages(progress);
    const { kubeconfig, directory } = await up(progress);
    console.log(`export KUBECONFIG=${kubeconfig}\nexport PATH=${join(directory, 'bin')}:$PATH`);
  } else {
    throw new Error(`unknown command ${command}: up (the default) or down`);
  }
}

main(process.argv[2] ?? 'up').catch((error) => {
  progress(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
