import { Api } from '../cluster/api.js';
import { serveNames } from './dns.js';
import { provisionFolders } from './storage.js';

/** Entry point of the process that serves names and volumes: apart from the tests, which may wait for a command that needs them. */
async function main(kubeconfig: string, dnsAddress: string, volumes: string): Promise<void> {
  const api = Api.fromFile(kubeconfig);
  const forever = new AbortController().signal;
  await serveNames(api, dnsAddress, forever);
  await provisionFolders(api, volumes, (error) => console.error(error), forever);
}

const [kubeconfig = '', dnsAddress = '', volumes = ''] = process.argv.slice(2);
main(kubeconfig, dnsAddress, volumes).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
