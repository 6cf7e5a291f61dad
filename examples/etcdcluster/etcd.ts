import type { ObserveContext } from 'cdk8s-reconciler';
import type { EtcdCluster } from './etcdcluster.js';
import type { MemberApi, MemberChange } from './members.js';

/** Where members reach each other. It is also what says which pod a member of etcd's list is. */
export function peerUrl({ metadata: { name, namespace } }: EtcdCluster, member: string): string {
  return `http://${member}.${name}.${namespace}.svc:2380`;
}

export const etcd: MemberApi = {
  async ask(address, context) {
    type Status = { header: { member_id: string }; leader?: string; raftIndex: string };
    const { header, leader, raftIndex } = await post<Status>(context, address, 'maintenance/status');
    return { id: header.member_id, leader, progress: Number(raftIndex) };
  },
  async list(address, context) {
    type List = { members: { ID: string; peerURLs: string[]; name?: string; isLearner?: boolean }[] };
    const { members } = await post<List>(context, address, 'cluster/member/list');
    return members.map(({ ID: id, peerURLs: [url = ''], name, isLearner }) => ({
      id,
      name: new URL(url).hostname.split('.')[0] ?? '',
      stage: !name ? 'added' : isLearner ? 'learner' : 'voter',
    }));
  },
};

export async function carryOut(
  { type, name, member, leader, others = [] }: MemberChange,
  cluster: EtcdCluster,
  context: ObserveContext,
) {
  // There are learners since 3.4; before, a member votes from the moment it is added.
  const isLearner = Number(cluster.spec.version.split('.')[1]) >= 4 || undefined;
  const requests = {
    AddMember: ['cluster/member/add', { peerURLs: [peerUrl(cluster, name)], isLearner }],
    PromoteMember: ['cluster/member/promote', { ID: member?.id }],
    MoveLeader: ['maintenance/transfer-leadership', { targetID: member?.id }],
    RemoveMember: ['cluster/member/remove', { ID: member?.id }],
  } as const;
  const [path, body] = requests[type];
  // A member whose peers have just restarted may take them for away as long as it runs, and then adds none (etcd 3.7.3:
  // rafthttp/peer_status.go, seen once): each voter judges by its own connections.
  let failure: unknown;
  for (const { address } of [leader, ...others]) {
    try {
      await post(context, address, path, body);
      return;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** etcd's JSON gateway. Its path has the name of the API, which was another before 3.4. */
async function post<T>({ fetchJson }: ObserveContext, address = '', path: string, body = {}): Promise<T> {
  for (const api of ['v3', 'v3beta', 'v3alpha']) {
    const answer = await fetchJson<T>(`http://${address}:2379/${api}/${path}`, body);
    if (answer) return answer;
  }
  throw new Error(`etcd at ${address} has no ${path} by HTTP`);
}
