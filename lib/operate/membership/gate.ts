import type { View } from '../view.js';
import { dataOf } from '../volumes/marks.js';

/**
 * Members in another domain are others to Raft: the former ones would stay as voters. Before any has answered there is
 * nothing to lose.
 */
export function namesObstacle(view: View): string | undefined {
  const { servers, names, namespace, domain } = view.instance;
  if (servers.mode !== 'cluster' || !view.version) return undefined;
  const former = domainOfMembers(view);
  if (!former || former === domain) return undefined;
  const where = `${names.headless}.${namespace}.svc.`;
  const [field, remedy] = former.startsWith(where)
    ? ['spec.clusterDomain', `set it back to ${former.slice(where.length)}`]
    : ['metadata', 'make a Nacos of the name and in the namespace that they had'];
  return `${field}: members have names in ${former}, and in ${domain} each would be another one to Raft; ${remedy}, or move the data to a second Nacos (docs/moving-data.md)`;
}

/** Of the names that members have to Raft, in what runs or in what their claims say; undefined where nothing says it. */
export function domainOfMembers({ instance, observed }: Pick<View, 'instance' | 'observed'>): string | undefined {
  const containers = observed.statefulSet?.spec?.template.spec?.containers;
  const server = containers?.find(({ name }) => name === instance.names.container);
  const live = server?.env?.find(({ name }) => name === 'NACOS_SERVER_IP')?.value?.replace('$(POD_NAME).', '');
  return live ?? dataOf(observed.volumes.claims)?.domain;
}
