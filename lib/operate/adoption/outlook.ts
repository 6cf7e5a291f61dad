import { inRollOrder } from '../cluster/order.js';
import { generationOf } from '../consent.js';
import type { View } from '../view.js';
import { adoptAnnotation } from './foreign.js';

/** What an adoption does, and the command that lets it begin. */
export function outlook({ nacos, instance, observed }: View): string {
  const { name, namespace, servers, database } = instance;
  const order = inRollOrder(observed.members).map(({ pod }) => pod);
  const known = generationOf(nacos, `nacos ${name} -n ${namespace}`);
  const [only] = observed.members;
  const lost =
    observed.members.length > 1
      ? 'each deletes its Raft data as it stops and gets it back from the others before the next one stops'
      : only?.volatile && database.type === 'embedded'
        ? 'which has the only copy of all data and keeps running until that loss is accepted too'
        : 'which serves no client meanwhile, and loses persistent instances as at every stop before';
  const even =
    servers.mode === 'cluster' && database.type === 'embedded' && servers.replicas % 2 === 0
      ? `; it stays at ${servers.replicas} members, which bear as many failures as ${servers.replicas - 1} would`
      : '';
  return [
    `another operator has made the objects of this Nacos, and they are left as they are`,
    `adopted, they keep names, selectors, claims, members and credentials, and then ${order.join(', ')} ${order.length > 1 ? 'are replaced one after the other' : 'is replaced'}, ${lost}${even}`,
    `kubectl nacos adopt ${name} -n ${namespace} shows it in full; kubectl annotate nacos ${name} -n ${namespace} --overwrite ${adoptAnnotation}=${known} begins it`,
  ].join('; ');
}
