import type { Stored } from 'cdk8s-reconciler';
import type { Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Facts, MemberFacts } from '../../lib/operate/facts.js';
import { mustWait } from '../../lib/operate/hold.js';
import { runningServers } from '../../lib/operate/plan/configurations.js';
import { type NacosAction, plan } from '../../lib/operate/plan.js';
import { status } from '../../lib/operate/status.js';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { resolve } from '../../lib/resource/resolve.js';
import { child, nacos } from '../nacos-object.js';
import {
  type Group,
  groups,
  range,
  type SimulatedPod,
  SimulatedServers,
  type Start,
  tickLength,
} from './simulated-servers.js';
import { at, credentials, pod as podObject, statefulSet } from './world.js';

/** Where a pass of the operator ends too early, as when its process is killed. */
export type Cut = 'after render' | 'after status' | undefined;

/** An operator and its cluster in memory. */
export class Simulation extends SimulatedServers {
  object: NacosObject;
  /** But for comparisons with the database, which change nothing. */
  readonly actions: string[] = [];
  comparisons = 0;

  constructor(start: Start) {
    super(start);
    const { members } = start;
    const spec = {
      type: 'cluster',
      replicas: members,
      database: { type: 'mysql', mysqlHost: 'db', schema: 'External' },
    };
    this.object = { ...nacos(spec), status: { membership: { members, servers: members } } };
    const running = runningServers(this.facts());
    for (const pod of this.pods.values()) pod.refreshed = running;
  }

  ask(replicas: number): void {
    this.object = { ...this.object, spec: { ...this.object.spec, replicas } };
  }

  change(revision: number): void {
    this.revision = revision;
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
}

const keys = Object.fromEntries(
  ['token', 'identityKey', 'identityValue', 'administratorPassword'].map((key) => [key, 'eA==']),
);
