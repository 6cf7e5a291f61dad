import type { Decision, KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Job, Pod, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { NacosStep } from '../operate/decide.js';
import type { Observed, ObservedClaim, ObservedMember } from '../operate/observed.js';
import { ordinalOf } from '../operate/pods/pods.js';
import { loginOf } from '../operate/rollout/login.js';
import type { ObservedChildren } from '../operate/view.js';
import { claimName, claimSize } from '../operate/volumes/claims.js';
import { versionAnnotation } from '../render/pod.js';
import { renderInstance } from '../render/render.js';
import { schema } from '../render/schema-job.js';
import { clientServiceName } from '../render/services.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, memberHost, resized, resolve } from '../resource/resolve.js';
import { ports } from '../server/profiles.js';
import { formatVersion } from '../server/version.js';

interface Server {
  /** Template of its pod, as JSON. */
  readonly template: string;
  readonly version: string;
  /** Whether its data is in its pod. */
  readonly volatile: boolean;
  traffic: boolean;
  notified?: number;
  /** Members that it knows. */
  list: number;
}

/** Stands for all Raft groups. */
const group = 'all Raft groups';
const keys = ['token', 'identityKey', 'identityValue', 'administratorPassword'];

/**
 * A Nacos in memory, with servers that do at once what is decided: the effects of children and steps on what is
 * observed next.
 */
export class Model {
  private readonly objects = new Map<string, KubernetesObject>();
  private readonly servers = new Map<number, Server>();
  private readonly claims = new Map<string, ObservedClaim>();
  private peers = new Set<number>();
  private leader = 0;
  private missing: readonly string[] = keys;
  private administrator = false;

  /**
   * @param before what is there, whole and well; absent where there is nothing
   * @param claims those that are there although nothing else is
   */
  constructor(before: NacosObject | undefined, claims: readonly ObservedClaim[] = []) {
    for (const claim of claims) this.claims.set(claim.name, claim);
    if (!before) return;
    const { status } = before;
    const instance = sizedAs(status?.replicas, resolve(before));
    [this.missing, this.administrator] = [[], true];
    for (const child of renderInstance(instance, schema(instance), { open: true }))
      this.objects.set(idOf(child), child);
    for (let ordinal = 0; ordinal < instance.servers.replicas; ordinal++) {
      this.start(ordinal, instance);
      const name = claimName(instance, ordinal);
      if (this.claims.has(name)) this.resize(name, status?.volumeSize ?? claimSize(instance) ?? '');
    }
    const leader = status?.members?.find(({ leaderOf = [] }) => leaderOf.length > 0);
    this.leader = leader ? ordinalOf(leader.pod) : 0;
  }

  /** The children as they are now. */
  get children(): readonly KubernetesObject[] {
    return [...this.objects.values()];
  }

  /**
   * Writes what was decided, and lets what follows of itself happen: pods start and stop, Jobs end, members take in the
   * list.
   */
  write({ children, gates = [] }: Decision<NacosObject, NacosStep>, instance: Instance): void {
    const desired = new Set(children.map(idOf));
    for (const id of this.objects.keys()) if (!desired.has(id)) this.objects.delete(id);
    for (const child of children) if (!gates.some((gate) => gate.child === child)) this.objects.set(idOf(child), child);
    const count = this.statefulSet(instance)?.spec?.replicas;
    if (count === undefined) return;
    for (const ordinal of this.servers.keys()) if (ordinal >= count) this.servers.delete(ordinal);
    for (let ordinal = 0; ordinal < count; ordinal++) if (!this.servers.has(ordinal)) this.start(ordinal, instance);
    const listed = this.listed(instance) ?? 0;
    for (const server of this.servers.values()) if (server.notified === listed) server.list = listed;
    // Servers that get a shorter list take the peer out of Raft themselves (measured on 2.3.2).
    for (const peer of this.peers) if (peer >= Math.max(listed, 1)) this.peers.delete(peer);
  }

  /** Carries out a step: a total map, so that a new step does not go unnoticed. */
  act(step: NacosStep): void {
    const effects: { readonly [T in NacosStep['type']]: (step: Extract<NacosStep, { readonly type: T }>) => void } = {
      GenerateCredentials: () => {
        this.missing = [];
      },
      SetAdministrator: () => {
        this.administrator = true;
      },
      ChangePassword: nothing,
      CheckSchema: nothing,
      RecordPassword: nothing,
      RefreshConfigurations: nothing,
      SeedData: nothing,
      // Carried out by writing the children.
      ScaleUp: nothing,
      ScaleDown: nothing,
      EnableTraffic: ({ pods }) => this.each(pods, (server) => (server.traffic = true)),
      DisableTraffic: ({ pods }) => this.each(pods, (server) => (server.traffic = false)),
      SyncMembers: ({ pods, members }) => this.each(pods, (server) => (server.notified = members)),
      TransferLeader: ({ to }) => {
        this.leader = ordinalOf(to);
      },
      RemovePeers: ({ peers }) => {
        for (const { peer } of peers) this.peers.delete(ordinalOf(peer.split('.')[0] ?? ''));
      },
      ReplacePod: ({ pod }) => {
        this.servers.delete(ordinalOf(pod));
      },
      MarkClaims: ({ claims, mark, owned }) => {
        for (const name of claims) {
          const claim = this.claims.get(name);
          if (claim) this.claims.set(name, { ...claim, mark, owned, consented: false });
        }
      },
      DeleteClaim: ({ claim }) => {
        this.claims.delete(claim);
      },
      ExpandVolume: ({ claim, size }) => this.resize(claim, size),
      ReplaceStatefulSet: () => {
        for (const [id, { kind }] of this.objects) if (kind === 'StatefulSet') this.objects.delete(id);
      },
    };
    (effects[step.type] as (step: NacosStep) => void)(step);
  }

  /** The children and pods as the caches would have them. */
  childrenOf(instance: Instance): ObservedChildren {
    const of = <T extends Stored>(kind: string) =>
      this.children.filter((child) => child.kind === kind).map((child) => stored(child) as T);
    const complete = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    const controller = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: instance.names.statefulSet, uid: '' };
    return {
      secrets: of('Secret'),
      credentials: [],
      configMaps: of('ConfigMap'),
      services: of('Service'),
      statefulSets: of('StatefulSet'),
      jobs: of<Stored<Job>>('Job').map((job) => ({ ...job, ...complete })),
      pods: [...this.servers.keys()].map((ordinal) => {
        const pod = stored({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `${instance.name}-${ordinal}` } });
        const ownerReferences = [{ ...controller, controller: true }];
        return { ...pod, metadata: { ...pod.metadata, ownerReferences } } as Stored<Pod>;
      }),
    };
  }

  observed(instance: Instance): Observed {
    const statefulSet = this.statefulSet(instance);
    const listed = this.listed(instance);
    const clientService = this.find<Service>('Service', clientServiceName(instance));
    const running = [...this.servers].sort(([a], [b]) => a - b);
    const made = running[0]?.[1].template;
    const clientsLogIn = loginOf(instance, statefulSet?.spec?.template ?? (made && JSON.parse(made)));
    const members = running.map(([ordinal, server]) => this.member(instance, ordinal, server));
    const [pod] = members;
    const current = this.administrator && { currentAdministratorPassword: 'set' };
    return {
      at: 0,
      members,
      ...(statefulSet && { statefulSet }),
      ...(listed !== undefined && { listed }),
      ...(clientService && { clientService }),
      volumes: { claims: [...this.claims.values()] },
      credentials: { missing: this.missing, unusable: [], administratorPassword: 'set', ...current },
      ...(pod && this.administrator && { login: { pod: pod.pod, takes: 'wanted' } }),
      secrets: { missing: [] },
      ...(clientsLogIn !== undefined && { clientsLogIn }),
      publicConfigurations: { known: true, count: 0 },
    };
  }

  private member(instance: Instance, ordinal: number, server: Server): ObservedMember {
    const template = JSON.stringify(this.statefulSet(instance)?.spec?.template);
    const raft = (member: number) => `${memberHost(instance, member)}:${ports.raft}`;
    const http = (member: number) => `${memberHost(instance, member)}:${ports.http}`;
    const inCluster = instance.servers.mode === 'cluster';
    return {
      pod: `${instance.name}-${ordinal}`,
      ordinal,
      ready: true,
      outdated: template !== undefined && server.template !== template,
      halted: false,
      volatile: server.volatile,
      traffic: server.traffic,
      ...(server.notified && { notified: server.notified }),
      server: {
        reachable: true,
        version: server.version,
        administratorMissing: !this.administrator,
        refused: false,
        state: 'UP',
        address: http(ordinal),
        raftAddress: raft(ordinal),
        leaders: inCluster ? { [group]: raft(this.leader) } : {},
        peers: inCluster ? { [group]: [...this.peers].map(raft) } : {},
        ...(inCluster && { list: Array.from({ length: server.list }, (_, member) => http(member)) }),
      },
    };
  }

  private start(ordinal: number, instance: Instance): void {
    const template = JSON.stringify(this.statefulSet(instance)?.spec?.template);
    // Servers may go by way of another version than that of the spec.
    const made = this.statefulSet(instance)?.spec?.template.metadata?.annotations?.[versionAnnotation];
    const version = made ?? formatVersion(instance.version);
    const volatile = claimSize(instance) === undefined;
    this.servers.set(ordinal, { template, version, volatile, traffic: true, list: this.listed(instance) ?? 1 });
    this.peers.add(ordinal);
    const claim = claimName(instance, ordinal);
    const size = claimSize(instance);
    if (size && !this.claims.has(claim)) this.resize(claim, size);
  }

  private resize(name: string, size: string): void {
    this.claims.set(name, { ...this.claims.get(name), name, requested: size, capacity: size });
  }

  private statefulSet({ names }: Instance): Stored<StatefulSet> | undefined {
    return this.find<StatefulSet>('StatefulSet', names.statefulSet);
  }

  /** Lines in the list of members. */
  private listed({ names }: Instance): number | undefined {
    const list = this.find<KubernetesObject & { data?: Record<string, string> }>('ConfigMap', names.members);
    return list?.data?.['cluster.conf']?.split('\n').filter(Boolean).length;
  }

  private find<T extends KubernetesObject>(kind: string, name: string): Stored<T> | undefined {
    const found = this.objects.get(`${kind} ${name}`);
    return found && (stored(found) as Stored<T>);
  }

  private each(pods: readonly string[], change: (server: Server) => void): void {
    for (const pod of pods) {
      const server = this.servers.get(ordinalOf(pod));
      if (server) change(server);
    }
  }
}

function nothing(): void {}

export function idOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.name}`;
}

function stored(child: KubernetesObject): Stored {
  const { name = '', namespace, ...rest } = child.metadata ?? {};
  return { ...child, metadata: { ...rest, name, namespace, uid: name, resourceVersion: '1' } } as Stored;
}

function sizedAs(replicas: number | undefined, instance: Instance): Instance {
  return replicas ? resized(instance, { members: replicas, servers: replicas }) : instance;
}
