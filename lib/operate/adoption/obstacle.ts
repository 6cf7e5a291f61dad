import { adoptAnnotation } from '../../resource/names.js';
import { type Instance, memberHost } from '../../resource/resolve.js';
import { incompleteness, inRollOrder, unhealthyReason } from '../cluster/members.js';
import { consents, generationOf } from '../consent.js';
import type { Observed, ObservedMember } from '../observed.js';
import type { View } from '../view.js';

/** Why the children of another operator are left as they are. */
export interface Unadopted {
  /** Whether only consent is missing. */
  readonly adoptable: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Undefined where nothing is to be adopted, or all that it takes is there. */
export function unadopted(view: View): Unadopted | undefined {
  const { nacos, observed } = view;
  if (!observed.adoption?.foreign) return undefined;
  const obstacle = rival(view) ?? notWhole(view) ?? otherNames(view);
  if (obstacle) return { adoptable: false, ...obstacle };
  if (consents(nacos, adoptAnnotation, nacos)) return undefined;
  return { adoptable: true, reason: 'ConsentMissing', message: outlook(view) };
}

type Obstacle = Omit<Unadopted, 'adoptable'>;

function rival({ observed: { adoption } }: View): Obstacle | undefined {
  if (adoption?.rival) {
    const message = `${adoption.rival} still writes the status of this Nacos: stop the operator that made its objects first: kubectl scale deployment NAME -n NAMESPACE --replicas=0, with its own name and namespace`;
    return { reason: 'Rival', message };
  }
  if (adoption?.looked) return undefined;
  return { reason: 'Looking', message: 'waits a moment to see whether the operator that made the objects still runs' };
}

/** Each pod deletes its Raft data as it stops: whatever is not well would be lost with the next one. */
function notWhole({ instance, observed }: View): Obstacle | undefined {
  const { servers, names, namespace } = instance;
  const { members } = observed;
  const reason = 'NotWhole';
  if (members.length === 0) {
    const command = `kubectl scale statefulset ${names.statefulSet} -n ${namespace} --replicas=N`;
    return { reason, message: `no server runs whose data could be seen: start them as they were before, ${command}` };
  }
  if (servers.mode === 'cluster') {
    const why = incompleteness(instance, observed, servers.replicas);
    return why === undefined ? undefined : { reason, message: `waits until the cluster is whole: ${why}` };
  }
  const unwell = members.flatMap((member) => {
    const why = unhealthyReason(instance, member);
    return why === undefined ? [] : `${member.pod} ${why}`;
  });
  return unwell.length === 0 ? undefined : { reason, message: `waits until the server is well: ${unwell.join(', ')}` };
}

/** A member that takes another name becomes another voter, and the former one stays (docs/design/members.md). */
function otherNames({ instance, observed }: View): Obstacle | undefined {
  if (instance.servers.mode === 'standalone') return undefined;
  const other = observed.members.find((member) => isNamedOtherwise(instance, member));
  if (!other) return undefined;
  const server = other.server?.reachable ? other.server : undefined;
  const message = `${other.pod} calls itself ${server?.raftAddress ?? server?.address}, and would be another member of Raft as ${memberHost(instance, other.ordinal)}: move the data to a second Nacos (docs/moving-data.md)`;
  return { reason: 'OtherNames', message };
}

function isNamedOtherwise(instance: Instance, { ordinal, server }: ObservedMember): boolean {
  if (!server?.reachable) return false;
  const hosts = [server.address, server.raftAddress].flatMap((address) => address?.replace(/:\d+$/, '') ?? []);
  return hosts.some((host) => host !== memberHost(instance, ordinal));
}

/** Why no pod of another operator may be replaced, though its StatefulSet is this operator's by now. */
export function rivalObstacle({ adoption }: Observed): string | undefined {
  return adoption?.rival && `${adoption.rival} still writes the status of this Nacos: stop the operator that it is of`;
}

/** What an adoption does, and the command that lets it begin. */
function outlook({ nacos, instance, observed }: View): string {
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
