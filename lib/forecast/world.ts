import type { Stored } from 'cdk8s-reconciler';
import type { Job, Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Facts, MemberFacts } from '../operate/facts.js';
import { mustWait, statefulSetObstacle } from '../operate/hold.js';
import type { NacosAction } from '../operate/plan.js';
import { ordinalOf } from '../operate/pods.js';
import { claimSize, sameTemplates } from '../operate/volumes.js';
import { servingClients } from '../render/pod.js';
import { type Child, render } from '../render/render.js';
import { storage } from '../render/storage.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, memberHost, resolve } from '../resource/resolve.js';
import { ports } from '../server/profiles.js';
import { formatVersion } from '../server/version.js';

interface Server {
  /** Of its pod, as JSON. */
  template: string;
  serves: boolean;
  told?: number;
  /** How many members it knows. */
  list: number;
}

/**
 * A Nacos whose servers do at once what they are told: what the operator decides is tried out on it. Its Raft groups stand for all that
 * there are.
 */
export class World {
  readonly servers = new Map<number, Server>();
  private leader: number;
  private peers: Set<number>;
  private statefulSet: StatefulSet | undefined;
  /** Lines in the list of members. */
  private list = 0;
  private jobs = new Set<string>();
  private claims: string;
  private missing: readonly string[];
  private administrator: boolean;

  /** @param before what is there, whole and well; absent where there is nothing */
  constructor(private readonly before: NacosObject | undefined) {
    const { status } = before ?? {};
    const leader = status?.members?.find(({ leaderOf = [] }) => leaderOf.length > 0);
    this.leader = leader ? ordinalOf(leader.pod) : 0;
    this.peers = new Set();
    this.claims = '';
    this.missing = before ? [] : ['token', 'identityKey', 'identityValue', 'administratorPassword'];
    this.administrator = before !== undefined;
    if (before) this.settle(before);
  }

  private settle(nacos: NacosObject): void {
    const instance = resolve(nacos);
    const children = render(nacos);
    this.statefulSet = find(children, 'StatefulSet', instance.names.statefulSet);
    this.jobs = new Set(children.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata?.name ?? ''));
    this.claims = nacos.status?.volumeSize ?? claimSize(instance) ?? '';
    this.list = instance.servers.mode === 'cluster' ? instance.servers.members.length : 0;
    for (let ordinal = 0; ordinal < instance.servers.replicas; ordinal++) this.start(ordinal);
    this.peers = new Set(this.servers.keys());
  }

  private start(ordinal: number): void {
    this.servers.set(ordinal, { template: this.template, serves: true, list: this.list });
  }

  private get template(): string {
    return JSON.stringify(this.statefulSet?.spec?.template);
  }

  /** Applies what is rendered, as the loop does. @returns why some of it waits */
  apply(nacos: NacosObject): string[] {
    const instance = resolve(nacos);
    const waiting: string[] = [];
    for (const child of render(nacos)) {
      const why = mustWait(child, nacos, this.children(instance));
      if (why) waiting.push(why);
      else if (child.kind === 'StatefulSet') this.statefulSet = child as StatefulSet;
      else if (child.kind === 'ConfigMap' && child.metadata?.name === instance.names.members)
        this.list = instance.servers.mode === 'cluster' ? instance.servers.members.length : 0;
    }
    return waiting;
  }

  /** What follows of itself: pods start and stop, Jobs end, members take in the list. */
  settleDown(nacos: NacosObject): void {
    for (const { kind, metadata } of render(nacos)) if (kind === 'Job') this.jobs.add(metadata?.name ?? '');
    const count = this.statefulSet?.spec?.replicas ?? 0;
    for (const ordinal of this.servers.keys()) if (ordinal >= count) this.servers.delete(ordinal);
    for (let ordinal = 0; ordinal < count; ordinal++)
      if (!this.servers.has(ordinal)) {
        this.start(ordinal);
        this.peers.add(ordinal);
      }
    for (const server of this.servers.values()) if (server.told === this.list) server.list = this.list;
    if (this.list > 0) for (const peer of this.peers) if (peer >= this.list) this.peers.delete(peer);
  }

  act(action: NacosAction): void {
    switch (action.type) {
      case 'AdmitMember':
      case 'DrainMember':
        for (const pod of action.pods) this.server(pod).serves = action.type === 'AdmitMember';
        break;
      case 'TellMembers':
        for (const pod of action.pods) this.server(pod).told = action.members;
        break;
      case 'TransferLeader':
        this.leader = ordinalOf(action.to);
        break;
      case 'ReplacePod':
        this.servers.delete(ordinalOf(action.pod));
        break;
      case 'ExpandVolume':
        this.claims = action.size;
        break;
      case 'ReplaceStatefulSet':
        this.statefulSet = undefined;
        break;
      case 'GenerateCredentials':
        this.missing = [];
        break;
      case 'SetAdministrator':
        this.administrator = true;
        break;
      default:
    }
  }

  private server(pod: string): Server {
    const server = this.servers.get(ordinalOf(pod));
    if (!server) throw new Error(`there is no pod ${pod}`);
    return server;
  }

  children(instance: Instance) {
    const metadata = (name: string) => ({ name, namespace: instance.namespace, uid: name, resourceVersion: '1' });
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      name: instance.names.statefulSet,
      uid: '',
      controller: true,
    };
    const stored = <T extends object>(object: T, name: string) => ({ ...object, metadata: metadata(name) });
    const complete = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    const { statefulSet } = this;
    return {
      secrets: [{ metadata: metadata(instance.names.authSecret), data: this.data() }],
      jobs: [...this.jobs].map(
        (name) => stored({ apiVersion: 'batch/v1', kind: 'Job', ...complete }, name) as Stored<Job>,
      ),
      statefulSets: statefulSet
        ? [
            {
              ...statefulSet,
              metadata: { ...statefulSet.metadata, ...metadata(instance.names.statefulSet) },
            } as Stored<StatefulSet>,
          ]
        : [],
      pods: [...this.servers].map(([ordinal, { serves }]) => {
        const pod = stored({ apiVersion: 'v1', kind: 'Pod' }, `${instance.name}-${ordinal}`);
        const labels = serves ? servingClients : { [Object.keys(servingClients)[0] ?? '']: 'false' };
        return { ...pod, metadata: { ...pod.metadata, labels, ownerReferences: [owner] } } as Stored<Pod>;
      }),
    };
  }

  private data(): Record<string, string> {
    const keys = ['token', 'identityKey', 'identityValue', 'administratorPassword'];
    return Object.fromEntries(keys.filter((key) => !this.missing.includes(key)).map((key) => [key, 'eA==']));
  }

  facts(nacos: NacosObject): Facts {
    const { statefulSet } = this;
    const instance = resolve(nacos);
    const held = statefulSetObstacle(nacos, this.children(instance));
    const { claims } = storage(instance);
    const running = [...this.servers].sort(([a], [b]) => a - b);
    return {
      at: 0,
      members: running.map(([ordinal, server]) => this.member(instance, ordinal, server)),
      ...(statefulSet && {
        live: { servers: statefulSet.spec?.replicas ?? 0, seen: true, ...(this.list > 0 && { members: this.list }) },
      }),
      ...(held && { held }),
      volumes: {
        claims: claims.length === 0 || !this.claims ? [] : running.map(([ordinal]) => this.claim(instance, ordinal)),
        outdatedTemplates:
          statefulSet !== undefined && !sameTemplates(claims, statefulSet.spec?.volumeClaimTemplates ?? []),
      },
      credentials: { missing: this.missing, unusable: [], administratorPassword: 'set' },
    };
  }

  private claim({ names }: Instance, ordinal: number) {
    const name = `${names.claim}-${names.statefulSet}-${ordinal}`;
    return { name, requested: this.claims, capacity: this.claims };
  }

  private member(instance: Instance, ordinal: number, server: Server): MemberFacts {
    const raft = (member: number) => `${memberHost(instance, member)}:${ports.raft}`;
    const group = 'all Raft groups';
    const inCluster = instance.servers.mode === 'cluster';
    const outdated = server.template !== this.template;
    const version = formatVersion(outdated && this.before ? resolve(this.before).version : instance.version);
    return {
      pod: `${instance.name}-${ordinal}`,
      ordinal,
      ready: true,
      outdated,
      halted: false,
      serves: server.serves,
      ...(server.told && { told: server.told }),
      server: {
        reachable: true,
        version,
        administratorMissing: !this.administrator,
        refused: false,
        state: 'UP',
        address: `${memberHost(instance, ordinal)}:${ports.http}`,
        raftAddress: raft(ordinal),
        leaders: inCluster ? { [group]: raft(this.leader) } : {},
        peers: inCluster ? { [group]: [...this.peers].map(raft) } : {},
        ...(inCluster && {
          list: Array.from({ length: server.list }, (_, member) => `${memberHost(instance, member)}:${ports.http}`),
        }),
      },
    };
  }
}

function find(children: readonly Child[], kind: string, name: string): StatefulSet | undefined {
  return children.find((child) => child.kind === kind && child.metadata?.name === name) as StatefulSet | undefined;
}
