import type { Stored } from 'cdk8s-reconciler';
import type { Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Observed, ObservedClaim, ObservedMember } from '../operate/observed.js';
import { ordinalOf } from '../operate/pods/pods.js';
import { versionOfPod } from '../operate/servers.js';
import { claimName, claimSize, ordinalOfClaim } from '../operate/volumes/claims.js';
import { templateText } from '../render/canonical.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, memberHost } from '../resource/resolve.js';
import { ports, profileOf } from '../server/profiles.js';
import { formatVersion } from '../server/version.js';
import type { Known } from './known.js';
import type { RunningPod } from './pods.js';

interface Server {
  /** Template of its pod, by `templateText`. */
  template: string;
  readonly version: string;
  /** Whether its data is in its pod. */
  readonly isVolatile: boolean;
  traffic: boolean;
  notified?: number;
  /** Members that it knows. */
  list: number;
}

/** Stands for the Raft groups where no report names them. */
const anyGroup = 'all Raft groups';

/** Servers and volumes in memory: they start, stop and take in the list of members as soon as children change. */
export class Servers {
  private readonly running = new Map<number, Server>();
  private readonly claims = new Map<string, ObservedClaim>();
  private readonly peers = new Set<number>();
  /** Raft group → ordinal. */
  private readonly leaders: Record<string, number> = {};
  /** The live template. */
  private template = '';
  /** Pods that run before anything is done, by ordinal. */
  private readonly pods: Map<number, RunningPod>;
  private isRebased = false;
  /** Whether there is an administrator; lost with the data. */
  administrator: boolean;
  private hasRun = false;

  /** @param before the last report says who leads, how large the volumes are, and whether there is an administrator */
  constructor(
    private readonly before: NacosObject['status'],
    { claims = [], pods = [] }: Known,
  ) {
    this.pods = new Map(pods.map((running) => [ordinalOf(running.pod.metadata.name), running]));
    for (const claim of claims) this.claims.set(claim.name, claim);
    this.administrator = before?.conditions?.some(({ reason }) => reason === 'AdministratorSet') ?? false;
    for (const { pod, leaderOf = [] } of before?.members ?? [])
      for (const group of leaderOf) this.leaders[group] = ordinalOf(pod);
    if (Object.keys(this.leaders).length === 0) this.leaders[anyGroup] = 0;
  }

  /** What follows from the live StatefulSet and list; nothing where there is no StatefulSet for a moment. */
  follow(instance: Instance, statefulSet: Stored<StatefulSet> | undefined, listed: number | undefined): void {
    const count = statefulSet?.spec?.replicas;
    if (!statefulSet || count === undefined) return;
    this.take(templateText(statefulSet.spec?.template));
    for (const ordinal of this.running.keys()) if (ordinal >= count) this.running.delete(ordinal);
    for (let ordinal = 0; ordinal < count; ordinal++) {
      if (!this.running.has(ordinal)) this.start(ordinal, instance, statefulSet, listed ?? 1);
    }
    for (const server of this.running.values()) if (server.notified === listed && listed) server.list = listed;
  }

  /** A pod that runs, as far as its template says. */
  get somePod(): Stored<Pod> | undefined {
    const [server] = this.running.values();
    return server && JSON.parse(server.template);
  }

  /** What the API server has filled in goes from the template, which makes no pod an outdated one. */
  rebase(): void {
    this.isRebased = true;
  }

  private take(template: string): void {
    for (const server of this.running.values())
      if (this.isRebased && server.template === this.template) server.template = template;
    [this.template, this.isRebased] = [template, false];
  }

  stop(pod: string): void {
    this.running.delete(ordinalOf(pod));
  }

  setTraffic(pods: readonly string[], traffic: boolean): void {
    for (const server of this.named(pods)) server.traffic = traffic;
  }

  notify(pods: readonly string[], members: number): void {
    for (const server of this.named(pods)) server.notified = members;
  }

  lead(groups: readonly string[], pod: string): void {
    for (const group of groups) this.leaders[group] = ordinalOf(pod);
  }

  removePeer(address: string): void {
    this.peers.delete(ordinalOf(address.split('.')[0] ?? ''));
  }

  expand(claim: string, size: string): void {
    this.claims.set(claim, { ...this.claims.get(claim), name: claim, requested: size, capacity: size });
  }

  markClaims(names: readonly string[], fields: Pick<ObservedClaim, 'mark' | 'owned'>): void {
    for (const name of names) {
      const claim = this.claims.get(name);
      if (claim) this.claims.set(name, { ...claim, ...fields, consented: false });
    }
  }

  deleteClaim(name: string): void {
    this.claims.delete(name);
  }

  /** Those that the operator looks at: where servers run, theirs and that of the next one. */
  volumes(instance: Instance, statefulSet: Stored<StatefulSet> | undefined, listed: number): Observed['volumes'] {
    const runs = statefulSet !== undefined || this.running.size > 0;
    if (claimSize(instance) === undefined && runs) return { claims: [] };
    const count = Math.max(instance.servers.replicas, statefulSet?.spec?.replicas ?? 0, listed);
    const end = instance.servers.mode === 'standalone' ? 1 : runs ? count + 1 : Number.POSITIVE_INFINITY;
    return { claims: [...this.claims.values()].filter((claim) => ordinalOfClaim(claim) < end) };
  }

  members(instance: Instance, statefulSet: Stored<StatefulSet> | undefined, listed: number): ObservedMember[] {
    const template = statefulSet && templateText(statefulSet.spec?.template);
    const inCluster = instance.servers.mode === 'cluster';
    const alone = inCluster && listed === 1 && profileOf(instance.version).unreadyAlone;
    return [...this.running]
      .sort(([a], [b]) => a - b)
      .map(([ordinal, server]) => ({
        pod: `${instance.name}-${ordinal}`,
        ordinal,
        ready: !alone,
        outdated: template !== undefined && server.template !== template,
        halted: false,
        volatile: server.isVolatile,
        claimless: server.isVolatile,
        traffic: server.traffic,
        version: server.version,
        ...(server.notified && { notified: server.notified }),
        server: this.facts(instance, ordinal, server),
      }));
  }

  private facts(instance: Instance, ordinal: number, { version, list }: Server): ObservedMember['server'] {
    const raft = (member: number) => `${memberHost(instance, member)}:${ports.raft}`;
    const http = (member: number) => `${memberHost(instance, member)}:${ports.http}`;
    const inCluster = instance.servers.mode === 'cluster';
    const perGroup = <T>(value: (leader: number) => T) =>
      Object.fromEntries(
        Object.entries(inCluster ? this.leaders : {}).map(([group, leader]) => [group, value(leader)]),
      );
    return {
      reachable: true,
      version,
      administratorMissing: instance.authentication.identitySecret !== undefined && !this.administrator,
      refused: false,
      state: 'UP',
      address: http(ordinal),
      raftAddress: raft(ordinal),
      leaders: perGroup(raft),
      peers: perGroup(() => [...this.peers].map(raft)),
      ...(inCluster && { list: Array.from({ length: list }, (_, member) => http(member)) }),
    };
  }

  private start(ordinal: number, instance: Instance, { spec }: Stored<StatefulSet>, list: number): void {
    const { template, volumeClaimTemplates = [] } = spec ?? {};
    const running = this.pods.get(ordinal);
    // The next one is made with what is live then.
    this.pods.delete(ordinal);
    const made = { metadata: { ...template?.metadata, name: '' }, spec: template?.spec } as Stored<Pod>;
    const pod = running?.pod ?? made;
    const version = versionOfPod(pod, instance);
    const isEmpty = this.hasRun && this.running.size === 0;
    this.hasRun = true;
    this.running.set(ordinal, {
      template: running?.template ?? templateText(template),
      version: version ? formatVersion(version) : (this.before?.version ?? formatVersion(instance.version)),
      isVolatile: volumeClaimTemplates.length === 0,
      traffic: true,
      list,
    });
    this.peers.add(ordinal);
    const [claim] = volumeClaimTemplates;
    const name = claimName(instance, ordinal);
    const size = claim?.spec?.resources?.requests?.storage;
    if (size && !this.claims.has(name)) this.expand(name, this.before?.volumeSize ?? size);
    if (!claim && isEmpty && instance.database.type === 'embedded') this.administrator = false;
  }

  private named(pods: readonly string[]): Server[] {
    return pods.flatMap((pod) => this.running.get(ordinalOf(pod)) ?? []);
  }
}
