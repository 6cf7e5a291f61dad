import { Api } from '../cluster/api.js';
import { serveNames } from './dns.js';
import { dnsAddress, registryPort } from './node-network.js';
import { serveImages } from './registry.js';
import { provisionFolders } from './storage.js';

/**
 * What nodes need besides their own programs: names, images and volumes. Entry point of a process apart from the tests,
 * which may be waiting for a command that needs one of these.
 */
async function main(kubeconfig: string, volumes: string, images: string): Promise<void> {
  const api = Api.fromFile(kubeconfig);
  const forever = new AbortController().signal;
  await serveImages(images, dnsAddress, registryPort);
  await serveNames(api, dnsAddress, forever);
  await provisionFolders(api, volumes, (error) => console.error(error), forever);
}

const [kubeconfig = '', volumes = '', images = ''] = process.argv.slice(2);
main(kubeconfig, volumes, images).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
