import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ConfigMap, Pod } from 'kubernetes-types/core/v1.js';
import { type Api, profileOf } from '../../lib/server/profiles.js';
import { formatVersion, parseVersion, versionOfImage } from '../../lib/server/version.js';
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
  readonly version: string;
  /** Whether it compared its configurations with the database since other members run than before. */
  refreshed: boolean;
}

/**
 * Plays the servers of a cluster of Nacos 2.3 to 3.1 with the rules of Raft that matter when members come and go: a
 * voter joins by starting and goes by `removePeer`, nothing is decided without a majority, and a shorter list alone
 * removes no voter. Writes down what must not happen.
 */
export class NacosMembers implements PodScript {
  readonly violations: string[] = [];
  /** While it is false, servers that start do not join. */
  joining = true;
  /** Whether the leader of before a majority was lost leads again. */
  keepsLeaders = false;
  /** Called when a client asked for a Raft operation, once it is done and before it is answered. */
  onOperation: (what: string) => void = () => {};
  private readonly members = new Map<string, Member>();
  private readonly peers: Record<Group, Set<string>> = { nacos_config: new Set(), naming_service_metadata: new Set() };
  private readonly leaders: Partial<Record<Group, string>> = {};
  private readonly formerLeaders: Partial<Record<Group, string>> = {};
  /** Of the administrator. */
  private password: string | undefined;

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
    const member: Member = { pod, server, list, joined: false, refreshed: false, version: versionIn(image) };
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
      const leader = this.leaders[group] ?? (this.keepsLeaders ? this.formerLeaders[group] : undefined) ?? '';
      if (leader) this.formerLeaders[group] = leader;
      // The last one, so that who leaves often leads.
      if (!this.hasMajority(group)) delete this.leaders[group];
      else this.leaders[group] = able.includes(leader) ? leader : able.at(-1)!;
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
    const path = (request.url ?? '').split('?')[0]?.replace('/nacos', '');
    const { api } = profileOf(parseVersion(member.version)!);
    const body = await text(request);
    await this.follow(member);
    const say = (content: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (path === api.state) say(this.state(member));
    else if (path === api.self) say({ code: 200, data: this.self(member) });
    else if (path === api.members) say({ code: 200, data: member.list.map((address) => ({ address })) });
    else if (path === api.raft) say(this.operate(JSON.parse(body)));
    else if (path === api.refresh) this.refresh(member, response);
    else if (path === api.administrator.login) this.logIn(new URLSearchParams(body), api, say);
    else if (path === api.administrator.create) this.createAdministrator(new URLSearchParams(body), say);
    else if (path === api.administrator.users.path) this.changePassword(request, say);
    else response.writeHead(404).end();
  }

  private state({ version }: Member): object {
    const state = { version, startup_mode: 'cluster' };
    if (!version.startsWith('3')) return state;
    return { code: 0, data: { ...state, auth_admin_request: String(this.password === undefined) } };
  }

  /**
   * As in test/nacos/recordings: 3.0.3 answers 500 to a wrong password, and 403 to a user that is not there. Before
   * 2.4 the schema brings the user.
   */
  private logIn(form: URLSearchParams, { administrator }: Api, say: Say): void {
    const password = this.password ?? (administrator.create ? undefined : 'nacos');
    if (form.get('username') !== 'nacos' || password === undefined) say({}, 403);
    else if (form.get('password') === password) say({ accessToken: 'TOKEN' });
    else say({}, administrator.create ? 500 : 401);
  }

  private changePassword({ method, url = '' }: IncomingMessage, say: Say): void {
    const { searchParams } = new URL(url, 'http://nacos');
    const isAllowed = method === 'PUT' && searchParams.get('accessToken') === 'TOKEN';
    if (isAllowed) this.password = searchParams.get('newPassword') ?? undefined;
    say({}, isAllowed ? 200 : 403);
  }

  private createAdministrator(form: URLSearchParams, say: Say): void {
    const isTaken = this.password !== undefined;
    this.password ??= form.get('password') ?? undefined;
    say({ code: isTaken ? 409 : 0 });
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

/** Answers with JSON. */
type Say = (content: object, status?: number) => void;

function versionIn(image: string): string {
  return formatVersion(versionOfImage(image) ?? { major: 2, minor: 3, patch: 2 });
}

function podOf(address: string): string {
  return address.split('.')[0] ?? '';
}
