import type { Stored } from 'cdk8s-reconciler';
import type { Pod, Service } from 'cdk8s-reconciler/kinds';
import { runningServers } from '../../lib/operate/configurations/feature.js';
import { decide, type NacosStep } from '../../lib/operate/decide.js';
import type {
  Observed,
  ObservedClaim,
  ObservedCredentials,
  ObservedLogin,
  ObservedMember,
} from '../../lib/operate/observed.js';
import { storage } from '../../lib/render/storage.js';
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
import { at, claim, credentials, dataMark, nothing, pod as podObject, statefulSet } from './world.js';

/** Where a reconciliation ends too early, as when its process is killed. */
export type Cut = 'after the list' | 'after the children' | 'after the status' | undefined;

/** What is wrong with the Secret of the servers. */
export type Mistake = 'missing' | 'short token' | 'line break' | 'missing key' | 'wrong password';

/** Origin of the data of another instance. */
const foreign = 'foreign';

/** An operator and its cluster in memory. */
export class Simulation extends SimulatedServers {
  object: NacosObject;
  /** But for comparisons with the database, which change nothing. */
  readonly steps: string[] = [];
  comparisons = 0;
  /** Whether a user's own hands are to blame for what stops. */
  byHand = false;
  mistake: Mistake | undefined;
  /** Milliseconds by which the operator's clock is ahead of all others. */
  ahead = 0;
  /** Pods that were made again for others to join, by the pod that could not. */
  private readonly cured = new Set<SimulatedPod>();
  /** Whether the StatefulSet is there; its pods run on without it. */
  private exists = true;
  /** Annotations of the StatefulSet, which goes with them. */
  private annotations: Readonly<Record<string, string>> = { 'nacos.io/version': '2.3.2' };
  private service: Stored<Service>;
  /** By ordinal; they stay when their server goes. */
  private readonly claims = new Map<number, ObservedClaim>();
  /** Ordinals whose servers hands have started on claims of others: they start on these again. */
  private readonly handed = new Set<number>();
  private readonly domain: string;
  private readonly volumeClaimTemplates: ReturnType<typeof storage>['claims'];

  constructor({ retain = true, ...start }: Start & { readonly retain?: boolean }) {
    super(start);
    const { members } = start;
    const spec = {
      type: 'cluster',
      replicas: members,
      version: '2.3.2',
      certification: { enabled: true, secretName: 'mine' },
      database: { type: 'mysql', mysqlHost: 'db', schema: 'External' },
      volume: { enabled: true, retain },
    };
    this.object = nacos(spec);
    const instance = resolve(this.object);
    this.domain = instance.domain;
    this.volumeClaimTemplates = storage(instance).claims;
    this.service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'n-client', namespace: 'shop', uid: 's', resourceVersion: '1' },
      spec: { selector: { app: 'n' } },
    };
    const mark = dataMark(members, { database: 'mysql' });
    for (const ordinal of range(members)) this.claims.set(ordinal, claim(ordinal, mark, { owned: !retain }));
    const running = runningServers(this.observed());
    for (const pod of this.pods.values()) pod.refreshed = running;
  }

  ask(replicas: number): void {
    this.object = { ...this.object, spec: { ...this.object.spec, replicas } };
  }

  change(revision: number): void {
    this.revision = revision;
  }

  setStatus(status: NacosObject['status']): void {
    this.object = { ...this.object, status };
  }

  /** As `kubectl scale statefulset` does. */
  scaleByHand(servers: number): void {
    if (!this.exists) return;
    this.servers = servers;
    this.byHand = true;
  }

  /** What another instance has left, where this one has nothing. */
  leaveClaim(ordinal: number): void {
    if (this.claims.has(ordinal) || this.pods.has(ordinal) || ordinal < this.list) return;
    this.claims.set(ordinal, claim(ordinal, dataMark(5, { database: 'mysql', origin: foreign })));
  }

  /**
   * A human deletes the claims of others, and lets its own be used where the operator asks for that; also one of others
   * that hands have made a voter's.
   */
  answer(): void {
    const { conditions = [] } = this.object.status ?? {};
    const asked = conditions.some(({ type, reason }) => type === 'DataKept' || reason === 'SizeRefused');
    for (const [ordinal, found] of this.claims) {
      const votes = groups.some((group) => this.peers[group].has(ordinal));
      const useless = found.mark?.origin === foreign && !votes;
      if (useless && !this.pods.has(ordinal)) this.claims.delete(ordinal);
      if (!useless && asked) this.claims.set(ordinal, { ...found, consented: true });
    }
  }

  /** As `kubectl replace --force` does: only claims, and what Raft has in them, are left. */
  recreate(replicas: number): void {
    if (this.byHand || this.mistake) return;
    this.pods.clear();
    for (const group of groups) this.leaders[group] = undefined;
    [this.exists, this.annotations, this.list, this.servers] = [false, {}, 0, 0];
    this.setStatus(undefined);
    this.ask(replicas);
  }

  /** As `kubectl delete statefulset --cascade=orphan` does. */
  orphanPods(): void {
    this.exists = false;
    this.annotations = {};
  }

  override tick(): void {
    // Without its StatefulSet no pod comes or goes.
    if (!this.exists) this.servers = Math.max(0, ...[...this.pods.keys()].map((ordinal) => ordinal + 1));
    const before = this.violations.length;
    const former = new Set(this.pods.keys());
    super.tick();
    for (const ordinal of this.pods.keys()) {
      const own = this.claims.get(ordinal) ?? claim(ordinal);
      this.claims.set(ordinal, own);
      if (own.mark?.origin !== foreign || own.consented || former.has(ordinal)) continue;
      if (this.byHand) this.handed.add(ordinal);
      else if (!this.handed.has(ordinal)) this.violations.push(`n-${ordinal} started on a claim of other data`);
    }
    if (this.byHand) this.violations.splice(before);
    if (this.servers >= this.list) this.byHand = false;
  }

  /**
   * Whether all servers run and cannot decide anything: others vote that hands have stopped, and that nothing lists.
   */
  get lacksVoters(): boolean {
    return [...this.pods.keys()].every((one) => this.isUp(one)) && groups.some((group) => !this.hasQuorum(group));
  }

  get isOpen(): boolean {
    return this.service.spec?.selector?.['nacos.io/client-traffic'] !== 'not-before-administrator';
  }

  get atRest(): boolean {
    const { replicas } = this.object.spec;
    const sized = this.exists && [this.list, this.servers, this.pods.size].every((count) => count === replicas);
    if (!sized || !groups.every((group) => this.peers[group].size === replicas && this.leaders[group] !== undefined))
      return false;
    const pods = [...this.pods.values()];
    const done = pods.every(
      ({ ready, revision, traffic, list }) => ready && revision === this.revision && traffic && list === replicas,
    );
    if (!done) return false;
    const running = runningServers(this.observed());
    return pods.every(({ refreshed }) => refreshed === running);
  }

  /** Look, decide, write; and then the world goes on. */
  pass(cut?: Cut): void {
    const found = this.observed();
    const pods: Stored<Pod>[] = [...this.pods.keys()].map((ordinal) => podObject(`n-${ordinal}`, {}));
    const decision = decide(this.object, { ...nothing, pods }, found);
    const { children, gates = [], step } = decision;
    const written = <K extends 'ConfigMap' | 'Service' | 'StatefulSet'>(kind: K, name: string) => {
      const found = child(children as never, kind, name);
      return gates.some((gate) => gate.child === found) ? undefined : found;
    };
    const before = { list: this.list, servers: this.servers };
    const list = written('ConfigMap', 'n-members');
    if (list) this.list = (list.data?.['cluster.conf'] ?? '').split('\n').filter(Boolean).length;
    if (cut !== 'after the list') {
      const service = written('Service', 'n-client');
      if (service) this.service = { ...this.service, spec: service.spec! };
      const set = written('StatefulSet', 'n');
      if (set) {
        [this.servers, this.exists] = [set.spec?.replicas ?? 0, true];
        this.annotations = set.metadata?.annotations ?? {};
      }
      if (cut !== 'after the children') this.setStatus(decision.status?.([]) as NacosObject['status']);
      if (!cut) this.act(step);
      if (!cut) this.checkReport();
    }
    this.checkSizes(before, found);
    if (!this.isOpen) this.violations.push('clients were shut out');
    this.tick();
  }

  observed(): Observed {
    const members = [...this.pods].sort(([a], [b]) => a - b).map(([ordinal, pod]) => this.member(ordinal, pod));
    const { certification } = this.object.spec;
    const { secret, login } = this;
    const base = statefulSet(this.servers);
    const { volumeClaimTemplates } = this;
    const set = {
      ...base,
      metadata: { ...base.metadata, annotations: this.annotations },
      spec: { ...base.spec!, volumeClaimTemplates },
    };
    return {
      at: at + this.ticks * tickLength + this.ahead,
      members,
      ...(this.exists && { statefulSet: set }),
      ...(this.list > 0 && { listed: this.list }),
      clientService: this.service,
      volumes: { claims: [...this.claims.values()] },
      secrets: { missing: secret && certification ? secret.missing.map((key) => `key ${key} of Secret mine`) : [] },
      ...(secret && { credentials: secret }),
      ...(secret && login && { login }),
    };
  }

  private get secret(): ObservedCredentials | undefined {
    switch (this.mistake) {
      case 'missing':
        return undefined;
      case 'missing key':
        return { ...credentials, missing: ['token'] };
      case 'short token':
        return { ...credentials, unusable: ['token is not base64 of at least 32 bytes'] };
      case 'line break':
        return { ...credentials, unusable: ['identityValue is more than printable ASCII'] };
      case 'wrong password':
        return { ...credentials, administratorPassword: 'wrong', currentAdministratorPassword: 'wrong' };
      default:
        return credentials;
    }
  }

  /** Of the first server that answers. */
  private get login(): ObservedLogin | undefined {
    const pod = [...this.pods.keys()].sort((a, b) => a - b).find((ordinal) => this.isUp(ordinal));
    if (pod === undefined) return undefined;
    return { pod: `n-${pod}`, takes: this.mistake === 'wrong password' ? 'none' : 'wanted' };
  }

  private member(ordinal: number, pod: SimulatedPod): ObservedMember {
    const { host, raft } = this.addresses(ordinal);
    const of = <T>(value: (group: Group) => T) => Object.fromEntries(groups.map((group) => [group, value(group)]));
    const up = pod.starting === 0;
    const deaf = pod.deaf > 0;
    return {
      pod: `n-${ordinal}`,
      ordinal,
      ready: pod.ready,
      outdated: pod.revision !== this.revision,
      halted: false,
      traffic: pod.traffic,
      ...(!this.exists && { orphan: true }),
      created: at + pod.created * tickLength,
      since: at + pod.since * tickLength,
      restarts: pod.restarts,
      ...(deaf && { deafFor: (pod.deaf - 1) * tickLength }),
      ...(pod.refreshed && { refreshed: pod.refreshed }),
      ...(pod.notified && { notified: pod.notified }),
      server:
        up || this.answersEarly
          ? {
              reachable: true,
              version: '2.3.2',
              refused: false,
              ...(!this.isOpen && pod.ready && { administratorMissing: false }),
              state: pod.ready || deaf ? 'UP' : 'STARTING',
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
    const pod = this.pods.get(ordinal)!;
    const heard = this.isUp(ordinal) && this.reaches(group, pod) && this.peers[group].has(ordinal);
    return leader === undefined || !heard ? '' : this.addresses(leader).raft;
  }

  /** Only the leader is up to date; a follower may say what was long ago. */
  private peersSeenBy(ordinal: number, group: Group): number[] {
    return this.leaders[group] === ordinal ? [...this.peers[group]] : range(9);
  }

  private addresses(ordinal: number) {
    const host = `n-${ordinal}.${this.domain}`;
    return { host, raft: `${host}:7848` };
  }

  private act(step: NacosStep | undefined): void {
    if (!step) return;
    if (step.type === 'RefreshConfigurations') this.comparisons += 1;
    else if (step.type !== 'MarkClaims') this.steps.push(step.message);
    const ordinals = (pods: readonly string[]) => pods.map((pod) => Number(pod.slice(2)));
    switch (step.type) {
      case 'ScaleUp':
      case 'ScaleDown':
        break;
      case 'RefreshConfigurations':
        for (const ordinal of ordinals(step.pods)) this.refresh(ordinal, step.running);
        break;
      case 'EnableTraffic':
      case 'DisableTraffic':
        for (const ordinal of ordinals(step.pods)) this.pods.get(ordinal)!.traffic = step.type === 'EnableTraffic';
        break;
      case 'SyncMembers':
        for (const ordinal of ordinals(step.pods)) this.pods.get(ordinal)!.notified = step.members;
        break;
      case 'TransferLeader': {
        const [to = 0] = ordinals([step.to]);
        for (const group of step.groups as Group[])
          if (this.isUp(to) && this.peers[group].has(to)) this.leaders[group] = to;
        break;
      }
      case 'RemovePeers':
        for (const { group, peer } of step.peers) {
          const ordinal = Number(/^n-(\d+)/.exec(peer)?.[1]);
          if (this.hasQuorum(group as Group)) this.peers[group as Group].delete(ordinal);
        }
        break;
      case 'MarkClaims':
        for (const ordinal of step.claims.map((name) => Number(name.slice('db-n-'.length)))) {
          const found = this.claims.get(ordinal)!;
          if (found.mark?.origin === foreign && !found.consented)
            this.violations.push(`${found.name} is called its own`);
          this.claims.set(ordinal, { ...found, mark: step.mark, owned: step.owned, consented: false });
        }
        break;
      case 'DeleteClaim': {
        const ordinal = Number(step.claim.slice('db-n-'.length));
        const votes = groups.some((group) => this.peers[group].has(ordinal));
        if (votes || this.pods.has(ordinal) || ordinal < this.list)
          this.violations.push(`${step.claim} deleted, which a member has its data on`);
        if (this.claims.get(ordinal)?.mark?.origin === foreign) this.violations.push(`${step.claim} is of others`);
        this.claims.delete(ordinal);
        break;
      }
      case 'ReplacePod':
        this.replace(ordinals([step.pod])[0]!);
        break;
      default:
        this.violations.push(`unexpected ${step.type}`);
    }
  }

  /** A member that does not list it yet may still take something that it does not hear of. */
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
    if (pod.ready && this.mistake && this.mistake !== 'wrong password')
      this.violations.push(`n-${ordinal} replaced with a Secret that is not whole`);
    if (pod.ready && pod.revision === this.revision) this.checkCure(ordinal);
    this.pods.delete(ordinal);
  }

  /** A healthy pod is only replaced for another that hears no leader, and once for each. */
  private checkCure(ordinal: number): void {
    const deaf = [...this.pods.values()].find(({ estranged, starting }) => estranged && starting === 0);
    if (!deaf) this.violations.push(`n-${ordinal} replaced, which cures nothing`);
    else if (this.cured.has(deaf)) this.violations.push(`n-${ordinal} replaced, as another one was before`);
    else this.cured.add(deaf);
  }

  private checkSizes(was: { list: number; servers: number }, { statefulSet }: Observed): void {
    const is = { list: this.list, servers: this.servers };
    const { list, servers } = was;
    if ((list > 0 && Math.abs(list - is.list) > 1) || (statefulSet && Math.abs(servers - is.servers) > 1))
      this.violations.push(`from ${JSON.stringify(was)} to ${JSON.stringify(is)} in one step`);
    for (const ordinal of range(servers).slice(is.servers)) {
      const votes = groups.some((group) => this.peers[group].has(ordinal));
      if (votes && this.pods.get(ordinal)?.ready) this.violations.push(`n-${ordinal} stopped while it votes`);
    }
    // Hands have stopped or started servers: what they did is put back. And as long as nothing has a majority, one more
    // server is what may give it one.
    if (this.byHand || !groups.some((group) => this.hasQuorum(group))) return;
    const down = range(Math.min(list, is.list)).filter((ordinal) => !this.pods.get(ordinal)?.ready);
    // What votes already is a member, whatever else is not well.
    const takesIn = is.list > list && groups.every((group) => this.peers[group].has(list));
    if (is.list !== list && !takesIn && down.length > 0) this.violations.push(`resized while n-${down} is down`);
    if (is.list < list && this.pods.get(is.list)?.traffic)
      this.violations.push(`n-${is.list} left while it had client traffic`);
  }

  /** Running means that clients are served by every server. */
  private checkReport(): void {
    const { phase } = this.object.status ?? {};
    const served = [...this.pods.values()].filter(({ ready, traffic }) => ready && traffic).length;
    if (phase === 'Running' && (!this.isOpen || served < this.servers))
      this.violations.push(`Running with ${served} of ${this.servers} served`);
    if (phase === 'Running' && this.mistake === 'wrong password' && this.login)
      this.violations.push('Running with a password that is wrong');
  }
}
