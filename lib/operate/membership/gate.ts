import type { View } from '../view.js';
import { dataOf } from '../volumes/marks.js';

/**
 * Members in another domain are others to Raft: the former ones would stay as voters. Before any has answered there is
 * nothing to lose.
 */
export function namesObstacle({ instance, observed, version }: View): string | undefined {
  const { servers, names, domain } = instance;
  if (servers.mode !== 'cluster' || !version) return undefined;
  const containers = observed.statefulSet?.spec?.template.spec?.containers;
  const server = containers?.find(({ name }) => name === names.container);
  const live = server?.env?.find(({ name }) => name === 'NACOS_SERVER_IP')?.value?.replace('$(POD_NAME).', '');
  const former = live ?? dataOf(observed.volumes.claims)?.domain;
  if (!former || former === domain) return undefined;
  return `spec.clusterDomain: members have names in ${former}, and in ${domain} each would be another one to Raft; set it back, or move the data to a second Nacos (docs/moving-data.md)`;
}
