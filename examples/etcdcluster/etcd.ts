/** A member of the cluster, as etcd lists it and as it answers itself. */
export interface Member {
  /** Of its pod. */
  readonly name: string;
  readonly id: string;
  /** Added but not started, then a learner, which gets the data but has no vote yet, then a voter. */
  readonly stage: 'added' | 'learner' | 'voter';
  /** Where it answers. Undefined: it does not. */
  readonly address?: string;
  readonly leads: boolean;
  /** How far its log is. */
  readonly raftIndex: number;
}

interface Status {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
  readonly raftIndex: string;
}

interface Listed {
  readonly ID: string;
  readonly peerURLs: readonly string[];
  readonly name?: string;
  readonly isLearner?: boolean;
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
): Promise<Member[]> {
  const asked = addresses.map(async (address) => {
    const status = await post<Status>(address, 'maintenance/status', {}, signal).catch(() => undefined);
    return status ? [{ address, id: status.header.member_id, ...status }] : [];
  });
  const answers = (await Promise.all(asked)).flat();
  const source = answers.find(({ id, leader }) => id === leader) ?? answers[0];
  if (!source) return known.map((name) => ({ name, id: '', stage: 'voter', leads: false, raftIndex: 0 }));
  const list = await post<{ readonly members: readonly Listed[] }>(source.address, 'cluster/member/list', {}, signal);
  return list.members
    .map((listed) =>
      member(
        listed,
        answers.find(({ id }) => id === listed.ID),
      ),
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function member(
  { ID: id, name: started, isLearner, peerURLs: [url = ''] }: Listed,
  answer?: Status & { address: string },
): Member {
  const [name = ''] = new URL(url).hostname.split('.');
  const stage = !started ? 'added' : isLearner ? 'learner' : 'voter';
  return {
    name,
    id,
    stage,
    address: answer?.address,
    leads: answer?.leader === id,
    raftIndex: Number(answer?.raftIndex ?? 0),
  };
}

/** etcd's JSON gateway. Its path has the name of the API, which was another before 3.4. */
export async function post<T>(address: string, path: string, body: object, signal: AbortSignal): Promise<T> {
  for (const api of ['v3', 'v3beta', 'v3alpha']) {
    const response = await fetch(`http://${address}:2379/${api}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    if (response.ok) return (await response.json()) as T;
    if (response.status !== 404)
      throw new Error(`etcd at ${address}, ${path}: ${response.status} ${await response.text()}`);
  }
  throw new Error(`etcd at ${address} has no ${path} by HTTP`);
}
