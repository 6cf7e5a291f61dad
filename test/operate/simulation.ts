import type { Pod, StatefulSet, Stored } from 'cdk8s-reconciler';
import type { Facts, MemberFacts } from '../../lib/operate/facts.js';
import { mustWait } from '../../lib/operate/hold.js';
import { runningServers } from '../../lib/operate/plan/configurations.js';
import { type NacosAction, plan } from '../../lib/operate/plan.js';
import { status } from '../../lib/operate/status.js';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { resolve } from '../../lib/resource/resolve.js';
import { child, nacos } from '../nacos-object.js';
import { at, credentials, pod as podObject, statefulSet } from './world.js';

/** Milliseconds. */
const tickLength = 30_000;

const groups = ['nacos_config', 'naming_service_metadata'] as const;
type Group = (typeof groups)[number];

interface SimulatedPod {
  revision: number;
  ready: boolean;
  /** Ticks until its server is up; it stays down at 0 where its template is broken. */
  starting: number;
  told?: number;
  /** Servers that ran when its own last compared its configurations with the database. */
  refreshed?: string;
  serves: boolean;
  /** Members that its server knows. */
  list: number;
  /** Ticks when the pod was made, and when its server was last started. */
  created: number;
  since: number;
  restarts: number;
  /** Whether nobody closed the connections to the pod that it replaced. */
  estranged?: boolean;
}

export interface Start {
  readonly members: number;
  /** Who leads each group at first. @default the first */
  readonly leader?: number;
  /** Who is elected of those that can be. @default first */
  readonly elected?: 'first' | 'last';
}

/** Where a pass of the operator ends too early, as when its process is killed. */
export type Cut = 'after render' | 'after status' | undefined;

/** A cluster of Kubernetes and Nacos in memory, with the rules of Raft that matter here; time passes in ticks. */
export class Simulation {
  object: NacosObject;
  readonly pods = new Map<number, SimulatedPod>();
  readonly peers: Record<Group, Set<number>>;
  readonly leaders: Record<Group, number | undefined>;
  /** As the API server has them. */
  list: number;
  servers: number;
  /** Of the pod template. */
  revision = 1;
  /** Revisions with which servers do not start. */
  readonly broken = new Set<number>();
  /** Members whose servers do not start, whatever their template. */
  readonly doomed = new Set<number>();
  /** What was wrong about what the operator did. */
  readonly violations: string[] = [];
  /** But for comparisons with the database, which change nothing. */
  readonly actions: string[] = [];
  comparisons = 0;
  /** Members that were stopped before Raft was without them. */
  readonly stoppedVoters: number[] = [];
  private readonly elected: 'first' | 'last';
  private ticks = 1;
  /** Whether members take a peer out of Raft themselves when the list gets shorter, as they do at times. */
  selfRemoval = false;

  constructor({ members, leader = 0, elected = 'first' }: Start) {
    this.elected = elected;
    const spec = {
      type: 'cluster',
      replicas: members,
      database: { type: 'mysql', mysqlHost: 'db', schema: 'External' },
    };
    this.object = { ...nacos(spec), status: { membership: { members, servers: members } } };
    [this.list, this.servers] = [members, members];
    this.peers = Object.fromEntries(groups.map((group) => [group, new Set(range(members))])) as Record<
      Group,
      Set<number>
    >;
    this.leaders = Object.fromEntries(groups.map((group) => [group, leader])) as Record<Group, number>;
    for (const ordinal of range(members))
      this.pods.set(ordinal, {
        revision: 1,
        ready: true,
        starting: 0,
        serves: true,
        list: members,
        created: 0,
        since: 0,
        restarts: 0,
      });
    const running = runningServers(this.facts());
    for (const pod of this.pods.values()) pod.refreshed = running;
  }

  ask(replicas: number): void {
    this.object = { ...this.object, spec: { ...this.object.spec, replicas } };
  }

  change(revision: number): void {
    this.revision = revision;
  }

  /** Its server ends and starts again after some ticks. */
  kill(ordinal: number, ticks: number): void {
    const pod = this.pods.get(ordinal);
    if (pod) [pod.ready, pod.starting, pod.since, pod.restarts] = [false, ticks, this.ticks, pod.restarts + 1];
  }

  /** Its node is gone at once, and its pod runs on another one: leaders that ran before do not reach it any more. */
  vanish(ordinal: number): void {
    this.start(ordinal);
    this.pods.get(ordinal)!.estranged = true;
    for (const group of groups) if (this.leaders[group] === ordinal) this.leaders[group] = undefined;
    for (const group of groups) this.elect(group);
  }

  loseStatus(): void {
    this.object = { ...this.object, status: undefined };
  }

  get atRest(): boolean {
    const { replicas } = this.object.spec;
    const whole = (members: Set<number>) => members.size === replicas;
    const running = runningServers(this.facts());
    return (
      this.list === replicas &&
      this.servers === replicas &&
      this.pods.size === replicas &&
      [...this.pods.values()].every(
        ({ ready, revision, serves, list, refreshed }) =>
          ready && revision === this.revision && serves && list === replicas && refreshed === running,
      ) &&
      groups.every((group) => whole(this.peers[group]) && this.leaders[group] !== undefined)
    );
  }

  /** Render, observe, status, act, and then the world goes on. */
  pass(cut?: Cut): void {
    this.render();
    if (cut !== 'after render') {
      const facts = this.facts();
      const before = this.object;
      this.object = { ...before, status: status(before, this.children(), facts) as NacosObject['status'] };
      this.checkResize(before, this.object);
      if (cut !== 'after status') this.act(plan(before, facts));
    }
    this.tick();
  }

  private render(): void {
    const objects = render(this.object);
    const list = child(objects, 'ConfigMap', 'n-members');
    const set = child(objects, 'StatefulSet');
    if (!mustWait(list, this.object, this.children()))
      this.list = (list.data?.['cluster.conf'] ?? '').split('\n').filter(Boolean).length;
    if (!mustWait(set, this.object, this.children())) this.servers = set.spec?.replicas ?? 0;
  }

  private children() {
    const statefulSets: Stored<StatefulSet>[] = [statefulSet(this.servers)];
    const pods: Stored<Pod>[] = [...this.pods.keys()].map((ordinal) => podObject(`n-${ordinal}`, {}));
    return { statefulSets, pods, jobs: [], secrets: [{ data: keys, metadata: { name: 'n-auth' } }] };
  }

  facts(): Facts {
    const members = [...this.pods].sort(([a], [b]) => a - b).map(([ordinal, pod]) => this.member(ordinal, pod));
    return {
      at: at + this.ticks * tickLength,
      members,
      credentials,
      live: { members: this.list, servers: this.servers, seen: true },
    };
  }

  private member(ordinal: number, pod: SimulatedPod): MemberFacts {
    const { host, raft } = this.addresses(ordinal);
    const of = <T>(value: (group: Group) => T) => Object.fromEntries(groups.map((group) => [group, value(group)]));
    const up = pod.starting === 0;
    return {
      pod: `n-${ordinal}`,
      ordinal,
      ready: pod.ready,
      outdated: pod.revision !== this.revision,
      halted: false,
      serves: pod.serves,
      created: at + pod.created * tickLength,
      since: at + pod.since * tickLength,
      restarts: pod.restarts,
      ...(pod.refreshed && { refreshed: pod.refreshed }),
      ...(pod.told && { told: pod.told }),
      server: up
        ? {
            reachable: true,
            version: '3.0.3',
            refused: false,
            administratorMissing: false,
            state: pod.ready ? 'UP' : 'STARTING',
            address: `${host}:8848`,
            raftAddress: raft,
            leaders: of((group) => this.leaderSeenBy(ordinal, group)),
            peers: of((group) => this.peersSeenBy(ordinal, group).map((peer) => this.addresses(peer).raft)),
            list: range(pod.list).map((one) => `${this.addresses(one).host}:8848`),
          }
        : { reachable: false, reason: 'connection refused' },
    };
  }

  private leaderSeenBy(ordinal: number, group: Group): string {
    const leader = this.leaders[group];
    return leader === undefined || !this.peers[group].has(ordinal) ? '' : this.addresses(leader).raft;
  }

  /** Only the leader is up to date; a follower may tell what was long ago. */
  private peersSeenBy(ordinal: number, group: Group): number[] {
    return this.leaders[group] === ordinal ? [...this.peers[group]] : range(9);
  }

  private addresses(ordinal: number) {
    const host = `n-${ordinal}.${resolve(this.object).domain}`;
    return { host, raft: `${host}:7848` };
  }

  private isUp(ordinal: number): boolean {
    return this.pods.get(ordinal)?.starting === 0;
  }

  private hasQuorum(group: Group): boolean {
    const peers = [...this.peers[group]];
    return peers.filter((peer) => this.isUp(peer)).length * 2 > peers.length;
  }

  private act(action: NacosAction | undefined): void {
    if (!action) return;
    if (action.type === 'RefreshConfigurations') this.comparisons += 1;
    else this.actions.push(action.message);
    const ordinals = (pods: readonly string[]) => pods.map((pod) => Number(pod.slice(2)));
    switch (action.type) {
      case 'RefreshConfigurations':
        for (const ordinal of ordinals(action.pods)) this.refresh(ordinal, action.running);
        break;
      case 'AdmitMember':
      case 'DrainMember':
        for (const ordinal of ordinals(action.pods)) this.pods.get(ordinal)!.serves = action.type === 'AdmitMember';
        break;
      case 'TellMembers':
        for (const ordinal of ordinals(action.pods)) this.pods.get(ordinal)!.told = action.members;
        break;
      case 'TransferLeader': {
        const [to = 0] = ordinals([action.to]);
        for (const group of action.groups as Group[])
          if (this.isUp(to) && this.peers[group].has(to)) this.leaders[group] = to;
        break;
      }
      case 'RemovePeers':
        for (const { group, peer } of action.peers) {
          const ordinal = Number(/^n-(\d+)/.exec(peer)?.[1]);
          if (this.hasQuorum(group as Group)) this.peers[group as Group].delete(ordinal);
        }
        break;
      case 'ReplacePod':
        this.replace(ordinals([action.pod])[0]!);
        break;
      default:
        this.violations.push(`unexpected ${action.type}`);
    }
  }

  /** Whoever does not list it yet may still take something that it does not hear of. */
  private refresh(ordinal: number, running: string): void {
    const pod = this.pods.get(ordinal)!;
    if (pod.refreshed === running) this.violations.push(`n-${ordinal} refreshed twice`);
    if (!pod.ready) this.violations.push(`n-${ordinal} refreshed while it starts`);
    for (const [other, { list }] of this.pods)
      if (this.isUp(other) && list <= ordinal)
        this.violations.push(`n-${ordinal} refreshed before n-${other} lists it`);
    pod.refreshed = running;
  }

  private replace(ordinal: number): void {
    const pod = this.pods.get(ordinal)!;
    const others = [...this.pods].filter(([other]) => other !== ordinal);
    if (!others.every(([, { ready, estranged }]) => ready || estranged))
      this.violations.push(`n-${ordinal} replaced while another is down`);
    if (others.length > 1 && others.filter(([, { ready }]) => ready).length * 2 <= this.pods.size)
      this.violations.push(`n-${ordinal} replaced, and with it the majority`);
    if (pod.ready && others.length > 0 && groups.some((group) => this.leaders[group] === ordinal))
      this.violations.push(`n-${ordinal} replaced while it leads`);
    if (pod.ready && this.servers !== this.list) this.violations.push(`n-${ordinal} replaced while a member leaves`);
    this.pods.delete(ordinal);
  }

  private checkResize({ status: before }: NacosObject, { status: after }: NacosObject): void {
    const [was, is] = [before?.membership, after?.membership];
    if (!was || !is || (was.members === is.members && was.servers === is.servers)) return;
    if (Math.abs(was.members - is.members) > 1 || Math.abs(was.servers - is.servers) > 1)
      this.violations.push(`from ${JSON.stringify(was)} to ${JSON.stringify(is)} in one step`);
    const down = range(Math.min(was.members, is.members)).filter((ordinal) => !this.pods.get(ordinal)?.ready);
    if (down.length > 0) this.violations.push(`resized while n-${down} is down`);
    if (is.members < was.members && this.pods.get(is.members)?.serves)
      this.violations.push(`n-${is.members} left while clients were led to it`);
  }

  /** Controllers, servers and Raft go on by one step. */
  private tick(): void {
    this.ticks += 1;
    for (const [ordinal] of this.pods) if (ordinal >= this.servers) this.stop(ordinal);
    for (const ordinal of range(this.servers)) if (!this.pods.has(ordinal)) this.start(ordinal);
    for (const [ordinal, pod] of this.pods) {
      if (pod.starting > 0 && !this.broken.has(pod.revision) && !this.doomed.has(ordinal)) pod.starting -= 1;
      if (pod.told === this.list) this.follow(pod);
      if (pod.starting > 0) continue;
      for (const group of groups) if (!pod.ready && this.hasQuorum(group)) this.peers[group].add(ordinal);
      pod.ready = groups.every((group) => this.hasQuorum(group) && this.reaches(group, pod));
      if (pod.ready) pod.estranged = false;
    }
    for (const group of groups) this.elect(group);
  }

  /** Whether the leader of a group knows the present address of a pod. */
  private reaches(group: Group, { estranged, created }: SimulatedPod): boolean {
    const leader = this.pods.get(this.leaders[group] ?? -1);
    return !estranged || (leader !== undefined && leader.since > created);
  }

  private stop(ordinal: number): void {
    const voting = groups.filter((group) => this.peers[group].has(ordinal));
    if (voting.length > 0) this.stoppedVoters.push(ordinal);
    const deciding = voting.filter((group) => this.hasQuorum(group));
    this.pods.delete(ordinal);
    if (deciding.some((group) => !this.hasQuorum(group)))
      this.violations.push(`n-${ordinal} stopped, and with it a majority`);
  }

  private start(ordinal: number): void {
    const { revision, list, ticks } = this;
    this.pods.set(ordinal, {
      revision,
      ready: false,
      starting: 2,
      serves: true,
      list,
      created: ticks,
      since: ticks,
      restarts: 0,
    });
  }

  private follow(pod: SimulatedPod): void {
    const removed = range(pod.list).slice(this.list);
    pod.list = this.list;
    if (!this.selfRemoval) return;
    for (const group of groups) if (this.hasQuorum(group)) for (const peer of removed) this.peers[group].delete(peer);
  }

  private elect(group: Group): void {
    const candidates = [...this.peers[group]].filter((peer) => this.isUp(peer));
    if (!this.hasQuorum(group)) this.leaders[group] = undefined;
    else if (!candidates.includes(this.leaders[group] ?? -1))
      this.leaders[group] = candidates.at(this.elected === 'first' ? 0 : -1);
  }
}

const keys = Object.fromEntries(
  ['token', 'identityKey', 'identityValue', 'administratorPassword'].map((key) => [key, 'eA==']),
);

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
