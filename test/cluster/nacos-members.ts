import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ConfigMap, Pod } from 'kubernetes-types/core/v1.js';
import type { FakePod } from './fake-pod.js';
import { standInAddress } from './network.js';
import { crashLoop, type PodScript, stuck } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

const groups = ['nacos_config', 'naming_service_metadata'] as const;
type Group = (typeof groups)[number];

/** One pod's server. */
interface Member {
  readonly pod: FakePod;
  readonly server: Server;
  /** Lines of the list of members that it knows. */
  list: readonly string[];
  /** Number of members with which its kubelet was made to look at the list. */
  notified?: string;
  joined: boolean;
  /** Whether it compared its configurations with the database since other members run than before. */
  refreshed: boolean;
}

/**
 * Plays the servers of a cluster of Nacos 2.3.2 with the rules of Raft that matter when members come and go: a voter
 * joins by starting and goes by `removePeer`, nothing is decided without a majority, and a shorter list alone removes
 * no client. Writes down what must not happen.
 */
export class NacosMembers implements PodScript {
  readonly violations: string[] = [];
  /** While it is false, servers that start do not join. */
  joining = true;
  /** Called when a client asked for a Raft operation, once it is done and before it is answered. */
  onOperation: (what: string) => void = () => {};
  private readonly members = new Map<string, Member>();
  private readonly peers: Record<Group, Set<string>> = { nacos_config: new Set(), naming_service_metadata: new Set() };
  private readonly leaders: Partial<Record<Group, string>> = {};

  constructor(
    private readonly cluster: TestCluster,
    /** Of the Nacos. */
    private readonly name: string,
  ) {}

  /** Names of the pods that vote in every group. */
  get voters(): string[] {
    return [...this.peers.nacos_config].filter((pod) => groups.every((group) => this.peers[group].has(pod))).sort();
  }

  /**
   * Names of the pods whose servers compared their configurations with the database since other members run than
   * before.
   */
  get refreshed(): string[] {
    return [...this.members.values()]
      .filter(({ refreshed }) => refreshed)
      .map(({ pod }) => pod.name)
      .sort();
  }

  forgetRefreshes(): void {
    for (const member of this.members.values()) member.refreshed = false;
  }

  /** Makes a member the leader of every group. */
  lead(pod: string): void {
    for (const group of groups) this.leaders[group] = pod;
  }

  async start(pod: FakePod): Promise<void> {
    const { env = [], image = '' } = pod.manifest.spec?.containers[0] ?? {};
    if (env.some(({ name }) => name === 'BROKEN')) return crashLoop().start(pod);
    if (image.startsWith('nowhere/')) return stuck('ImagePullBackOff', 'manifest unknown').start(pod);
    await pod.run();
    const server = createServer((request, response) => {
      this.answer(member, request, response).catch((error) => response.destroy(error));
    });
    const list = await this.readList();
    const member: Member = { pod, server, list, joined: false, refreshed: false };
    await new Promise<void>((done) => server.listen({ host: standInAddress(pod.address), port: 8848 }, done));
    this.members.set(pod.name, member);
    this.forgetRefreshes();
    while (!this.joining || !this.join(member)) await pod.sleep(100);
    await pod.becomeReady();
  }

  /** The next pod of that name may have a server already. */
  async stop({ name, uid }: FakePod): Promise<void> {
    const member = this.members.get(name);
    if (member?.pod.uid !== uid) return;
    const deciding = groups.filter((group) => this.hasMajority(group) && this.peers[group].size > 1);
    this.members.delete(name);
    this.forgetRefreshes();
    for (const group of deciding) {
      if (!this.hasMajority(group)) this.violations.push(`${name} stopped, and with it the majority of ${group}`);
      if (this.leaders[group] === name) this.violations.push(`${name} stopped while it leads ${group}`);
    }
    this.elect();
    member.server.closeAllConnections();
    await new Promise((done) => member.server.close(done));
  }

  /** Whether a member has become part of every group, which takes a majority of those that are. */
  private join(member: Member): boolean {
    const { name } = member.pod;
    for (const group of groups) {
      const peers = this.peers[group];
      // The first start of all: who is in the list begins as a voter.
      if (peers.size === 0) for (const line of member.list) peers.add(podOf(line));
      if (!this.hasMajority(group)) return false;
      peers.add(name);
    }
    member.joined = true;
    this.elect();
    return true;
  }

  private hasMajority(group: Group): boolean {
    const peers = [...this.peers[group]];
    return peers.filter((peer) => this.members.has(peer)).length * 2 > peers.length;
  }

  private elect(): void {
    for (const group of groups) {
      const able = [...this.peers[group]].filter((peer) => this.members.has(peer));
      const leader = this.leaders[group] ?? '';
      // The last one, so that who leaves often leads.
      if (!this.hasMajority(group)) delete this.leaders[group];
      else if (!able.includes(leader)) this.leaders[group] = able.at(-1)!;
    }
  }

  private async readList(): Promise<readonly string[]> {
    const path = `/api/v1/namespaces/${this.cluster.namespace}/configmaps/${this.name}-members`;
    const { data } = await this.cluster.api.get<ConfigMap>(path);
    return (data?.['cluster.conf'] ?? '').split('\n').filter(Boolean);
  }

  /** Kubelets hand on a list at once when they are made to, and otherwise later than a test waits. */
  private async follow(member: Member): Promise<void> {
    const path = `/api/v1/namespaces/${this.cluster.namespace}/pods/${member.pod.name}`;
    const { metadata } = await this.cluster.api.get<Pod>(path);
    const notified = metadata?.annotations?.['nacos.io/members'];
    if (notified === member.notified) return;
    member.notified = notified;
    member.list = await this.readList();
  }

  private async answer(member: Member, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]?.replace('/nacos/v1/', '');
    const body = await text(request);
    await this.follow(member);
    const say = (content: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (path === 'console/server/state') say({ version: '2.3.2', startup_mode: 'cluster' });
    else if (path === 'core/cluster/self') say({ code: 200, data: this.self(member) });
    else if (path === 'core/cluster/nodes') say({ code: 200, data: member.list.map((address) => ({ address })) });
    else if (path === 'core/ops/raft') say(this.operate(JSON.parse(body)));
    else if (path === 'cs/ops/localCache') this.refresh(member, response);
    else response.writeHead(404).end();
  }

  private self({ pod, list, joined }: Member): object {
    const raft = (name: string) => `${this.host(name, list)}:7848`;
    const notified = (group: Group) => ({
      leader: joined && this.leaders[group] ? raft(this.leaders[group]) : null,
      // Only the leader is up to date.
      raftGroupMember: this.leaders[group] === pod.name ? [...this.peers[group]].map(raft) : [],
    });
    return {
      ip: this.host(pod.name, list),
      address: `${this.host(pod.name, list)}:8848`,
      state: joined ? 'UP' : 'STARTING',
      extendInfo: {
        raftPort: '7848',
        raftMetaData: { metaDataMap: Object.fromEntries(groups.map((group) => [group, notified(group)])) },
      },
    };
  }

  private host(pod: string, list: readonly string[]): string {
    const [first = ''] = list;
    return `${pod}${first.slice(first.indexOf('.')).replace(/:\d+$/, '')}`;
  }

  /** It does not hear of what is published by a member that does not list it. */
  private refresh(member: Member, response: ServerResponse): void {
    const { name } = member.pod;
    const others = [...this.members.values()].filter(({ list }) => !list.some((line) => podOf(line) === name));
    if (!member.joined) this.violations.push(`${name} was refreshed before it joined`);
    for (const { pod } of others) this.violations.push(`${name} was refreshed before ${pod.name} lists it`);
    member.refreshed = true;
    response.writeHead(200).end('200');
  }

  private operate({ groupId, command, value }: { groupId: Group; command: string; value: string }): object {
    const pod = podOf(value);
    if (!this.hasMajority(groupId)) return { code: 500, message: 'no leader' };
    if (command === 'removePeer') {
      if (this.leaders[groupId] === pod) this.violations.push(`${pod} was removed while it leads ${groupId}`);
      this.peers[groupId].delete(pod);
    } else if (this.peers[groupId].has(pod) && this.members.has(pod)) this.leaders[groupId] = pod;
    this.onOperation(`${command} ${pod} ${groupId}`);
    return { code: 200, data: 'true' };
  }
}

function podOf(address: string): string {
  return address.split('.')[0] ?? '';
}
