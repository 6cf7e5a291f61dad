import type { Member, MemberChange } from 'cdk8s-reconciler';

export interface EtcdMember extends Member {
  readonly id: string;
  /** Where it answers. */
  readonly address?: string;
}

interface Status {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
  readonly raftIndex: string;
}

interface List {
  readonly members: readonly { ID: string; peerURLs: readonly string[]; name?: string; isLearner?: boolean }[];
}

/**
 * The members, asked of the leader where one answers. Those of `known` that no longer answer are among them; without any answer they are all.
 *
 * @param addresses of the pods
 */
export async function members(
  addresses: readonly string[],
  known: readonly string[],
  signal: AbortSignal,
): Promise<EtcdMember[]> {
  const asked = addresses.map(async (address) => {
    const status = await post<Status>(address, 'maintenance/status', {}, signal).catch(() => undefined);
    return status ? [{ address, id: status.header.member_id, ...status }] : [];
  });
  const answers = (await Promise.all(asked)).flat();
  const source = answers.find(({ id, leader }) => id === leader) ?? answers[0];
  if (!source) return known.map((name) => ({ name, id: '', stage: 'voter', answers: false, leads: false }));
  const list = await post<List>(source.address, 'cluster/member/list', {}, signal);
  const found = list.members.map(({ ID: id, name: started, isLearner, peerURLs: [url = ''] }): EtcdMember => {
    const answer = answers.find((one) => one.id === id);
    return {
      name: new URL(url).hostname.split('.')[0] ?? '',
      id,
      stage: !started ? 'added' : isLearner ? 'learner' : 'voter',
      address: answer?.address,
      answers: answer !== undefined,
      leads: answer?.leader === id,
      // As etcd itself judges a learner (server/etcdserver/server.go, readyPercentThreshold).
      caughtUp: Number(answer?.raftIndex ?? 0) > 0.9 * Number(source.raftIndex),
    };
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** @param added what a new member is added with */
export async function carryOut(change: MemberChange<EtcdMember>, added: object, signal: AbortSignal): Promise<void> {
  const ID = change.member?.id;
  const requests = {
    AddMember: ['cluster/member/add', added],
    PromoteMember: ['cluster/member/promote', { ID }],
    MoveLeader: ['maintenance/transfer-leadership', { targetID: ID }],
    RemoveMember: ['cluster/member/remove', { ID }],
  } as const;
  const [path, body] = requests[change.type];
  await post(change.leader.address ?? '', path, body, signal);
}

/** etcd's JSON gateway. Its path has the name of the API, which was another before 3.4. */
async function post<T>(address: string, path: string, body: object, signal: AbortSignal): Promise<T> {
  for (const api of ['v3', 'v3beta', 'v3alpha']) {
    const response = await fetch(`http://${address}:2379/${api}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    if (response.ok) return (await response.json()) as T;
    if (response.status !== 404) throw new Error(`etcd at ${address}, ${path}: ${await response.text()}`);
  }
  throw new Error(`etcd at ${address} has no ${path} by HTTP`);
}
