import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { FakePod } from '../../../../test/cluster/fake-pod.js';
import { standInAddress } from '../../../../test/cluster/network.js';
import type { PodScript } from '../../../../test/cluster/pod-scripts.js';

interface Listed {
  readonly ID: string;
  readonly peerURLs: readonly string[];
  name?: string;
}

/**
 * Plays etcd 3.2 as far as its membership goes: pods share one list, the first leads, and a pod is ready once it is on
 * the list.
 */
export class EtcdPods implements PodScript {
  readonly members: Listed[] = [];
  /** Requests that changed the list, in order. */
  readonly changes: string[] = [];
  private readonly servers = new Map<string, Server>();
  private lastId = 0;

  async start(pod: FakePod): Promise<void> {
    const own = this.members.find(({ peerURLs: [url = ''] }) => url.includes(`//${pod.name}.`)) ?? this.seed(pod);
    own.name = pod.name;
    const server = createServer(async (request, response) => {
      // 3.2 knows its API under this name only.
      const path = request.url?.replace('/v3alpha/', '');
      const answer = path === request.url ? undefined : this.answer(own, path ?? '', (await json(request)) as Request);
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer));
    });
    this.servers.set(pod.name, server);
    await once(server.listen(2379, standInAddress(pod.address)), 'listening');
    await pod.becomeReady();
  }

  async stop({ name }: Pick<FakePod, 'name'>): Promise<void> {
    const server = this.servers.get(name);
    server?.closeAllConnections();
    server?.close();
  }

  private seed(pod: FakePod): Listed {
    const { subdomain } = pod.manifest.spec ?? {};
    return this.add(`http://${pod.name}.${subdomain}.${pod.namespace}.svc:2380`);
  }

  private add(url: string): Listed {
    const member: Listed = { ID: String(++this.lastId), peerURLs: [url] };
    this.members.push(member);
    return member;
  }

  private answer(own: Listed, path: string, { ID, peerURLs: [url = ''] = [], isLearner }: Request): object | undefined {
    if (path === 'maintenance/status')
      return { header: { member_id: own.ID }, leader: this.members[0]?.ID, raftIndex: '9' };
    if (path === 'cluster/member/list') return { members: this.members };
    // There are learners since 3.4.
    if (path === 'cluster/member/add' && isLearner === undefined) {
      this.changes.push(`add ${new URL(url).hostname.split('.')[0]}`);
      return { member: this.add(url) };
    }
    if (path !== 'cluster/member/remove') return undefined;
    const [removed] = this.members.splice(
      this.members.findIndex((member) => member.ID === ID),
      1,
    );
    this.changes.push(`remove ${removed?.name}`);
    return {};
  }
}

interface Request {
  readonly ID?: string;
  readonly peerURLs?: readonly string[];
  readonly isLearner?: boolean;
}
