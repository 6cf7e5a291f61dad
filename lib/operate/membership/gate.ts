import type { View } from '../view.js';
import { domainOfMembers } from '../volumes/domain.js';

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
