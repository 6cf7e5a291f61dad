import type { Stored } from 'cdk8s-reconciler';
import type { ConfigMap, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { Effects } from 'cdk8s-reconciler/plan';
import { revisionOf, secretReferences, secretVariables } from '../operate/credentials/revision.js';
import { dataStays, missingKeys, revisionKey } from '../operate/credentials/secret.js';
import type { NacosStep } from '../operate/decide.js';
import { itemsOf } from '../operate/initial-data/observe.js';
import type { Observed } from '../operate/observed.js';
import { templateThatRuns } from '../operate/pods/pods.js';
import { loginOf } from '../operate/rollout/login.js';
import { onDelete } from '../operate/rollout/strategy.js';
import { canonical } from '../render/canonical.js';
import { secretsAnnotation } from '../render/pod.js';
import { clientServiceName } from '../render/services.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import type { Known } from './known.js';
import { Servers } from './servers.js';

/** The children that facts follow from. */
interface Children {
  readonly secrets: readonly Stored<Secret>[];
  readonly configMaps: readonly Stored<ConfigMap>[];
  readonly services: readonly Stored<Service>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
}

/** What surrounds a Nacos in a plan: what the operator would observe, and what its steps do to that. */
export class World {
  /** Pods that were replaced, in order. */
  readonly restarts: string[] = [];
  /** Keys of the own Secret that were generated. */
  private readonly keys = new Set<string>();
  private hasLooked = false;
  private keepsPods = false;
  /** Whether servers have answered before. */
  private readonly hasRun: boolean;
  /** Initial data by name of the item. */
  private readonly written = new Map<string, string>();
  private readonly servers: Servers;
  /** The recorded revision of Secrets, and what it stands for. */
  private revision: { readonly recorded: string; readonly of: string } | undefined;
  /** Whether the own Secret goes with the Nacos; undefined where there is none. */
  private isOwned: boolean | undefined;

  constructor(status: NacosObject['status'], known: Known) {
    this.servers = new Servers(status, known);
    this.hasRun = status?.version !== undefined;
  }

  /** Nothing is there. */
  readonly nothing: Observed = { at: 0, members: [], volumes: { claims: [] }, secrets: { missing: [] } };

  /** A total map, so that a new step does not go unnoticed. */
  readonly effects: Effects<NacosStep, Observed> = {
    GenerateCredentials: this.effect(({ keys, owner }) => {
      this.generate(keys);
      this.isOwned = owner !== undefined;
    }),
    SetAdministrator: this.effect(() => {
      this.servers.administrator = true;
    }),
    ChangePassword: this.effect(() => {}),
    RecordPassword: this.effect(() => {}),
    // Only where no server is ready, as in no plan.
    CheckSchema: this.effect(() => {}),
    RefreshConfigurations: this.effect(() => {}),
    SeedData: this.effect(({ items }) => {
      for (const name of items) this.written.set(name, this.wanted.get(name) ?? '');
    }),
    EnableTraffic: this.effect(({ pods }) => this.servers.setTraffic(pods, true)),
    DisableTraffic: this.effect(({ pods }) => this.servers.setTraffic(pods, false)),
    SyncMembers: this.effect(({ pods, members }) => this.servers.notify(pods, members)),
    TransferLeader: this.effect(({ to, groups }) => this.servers.lead(groups, to)),
    RemovePeers: this.effect(({ peers }) => {
      for (const { peer } of peers) this.servers.removePeer(peer);
    }),
    ReplacePod: this.effect(({ pod }) => {
      this.servers.stop(pod);
      this.restarts.push(pod);
    }),
    KeepPods: this.effect(() => {
      this.keepsPods = true;
    }),
    MarkClaims: this.effect(({ claims, mark, owned }) => this.servers.markClaims(claims, { mark, owned })),
    DeleteClaim: this.effect(({ claim }) => this.servers.deleteClaim(claim)),
    ExpandVolume: this.effect(({ claim, size }) => this.servers.expand(claim, size)),
    ReplaceStatefulSet: (observed, _step, remove) => {
      if (observed.statefulSet) remove(observed.statefulSet);
      return observed;
    },
  };
  private wanted: ReadonlyMap<string, string> = new Map();

  /** All that was there before is there, and what follows is the change. */
  begin(): void {
    this.restarts.length = 0;
    this.servers.rebase();
  }

  /** The facts once children were written. */
  follow(children: Children, nacos: NacosObject): Observed {
    const live = children.statefulSets.find(({ metadata }) => metadata.name === nacos.metadata.name);
    const found = live && this.keepsPods ? { ...live, spec: { ...live.spec!, ...onDelete.spec } as never } : live;
    const instance = resolve(nacos, found?.spec?.selector?.matchLabels);
    const listed = linesOf(children.configMaps.find(({ metadata }) => metadata.name === instance.names.members));
    const clientService = children.services.find(({ metadata }) => metadata.name === clientServiceName(instance));
    this.servers.follow(instance, found, listed);
    const members = this.servers.members(instance, found, listed ?? 1);
    const [pod] = members;
    const orphan = found ? undefined : this.servers.somePod;
    const running = { ...(found && { statefulSet: found }), ...(orphan && { orphan }) };
    const clientsLogIn = loginOf(instance, templateThatRuns(running));
    return {
      at: 0,
      members,
      ...running,
      ...(listed !== undefined && { listed }),
      ...(clientService && { clientService }),
      volumes: this.servers.volumes(instance, found, listed ?? 0),
      ...this.secrets(instance, children.secrets, found),
      ...this.data(nacos, instance),
      ...(pod && this.servers.administrator && { login: { pod: pod.pod, takes: 'wanted' } }),
      ...(clientsLogIn !== undefined && { clientsLogIn }),
      publicConfigurations: { known: true, count: 0 },
    };
  }

  /** Secrets that the user names are taken to be whole. */
  private secrets(
    instance: Instance,
    secrets: readonly Stored<Secret>[],
    statefulSet: Stored<StatefulSet> | undefined,
  ): Pick<Observed, 'secrets' | 'credentials'> {
    const { authentication, names } = instance;
    const variables = secretVariables(instance);
    // Servers that run already have what they need.
    const contents = secrets.filter(({ metadata }) => metadata.name !== names.authSecret).map(({ data }) => data);
    if (!this.hasLooked && statefulSet) this.adopt(instance, statefulSet, contents);
    this.hasLooked = true;
    const missing = authentication.identitySecret === names.authSecret ? this.missingKeys : [];
    const keyMissing = variables.length > 0 && !this.keys.has(revisionKey);
    const whole = variables.length > 0 && !keyMissing && missing.length === 0;
    const current = this.servers.administrator && { currentAdministratorPassword: 'set' };
    return {
      secrets: {
        missing: [],
        ...(keyMissing && { keyMissing }),
        ...(this.isOwned === dataStays(instance) && { unmarked: true }),
        ...(whole && { revision: this.revisionOf(canonical([variables, contents]), statefulSet) }),
      },
      ...(authentication.identitySecret !== undefined && {
        credentials: { missing, unusable: [], administratorPassword: 'set', ...current },
      }),
    };
  }

  /** By what runs, not by the spec: this may be one that is refused. */
  private adopt(instance: Instance, { spec, metadata }: Stored<StatefulSet>, contents: readonly unknown[]): void {
    const { authSecret, container } = instance.names;
    const server = spec?.template.spec?.containers.find(({ name }) => name === container);
    const variables = secretReferences(server?.env ?? []);
    if (variables.length === 0) return;
    const hasOwn = variables.some(([, { name }]) => name === authSecret);
    this.generate([...(hasOwn ? missingKeys({}) : []), revisionKey]);
    this.isOwned = !dataStays(instance);
    if (hasOwn && this.hasRun) this.servers.administrator = true;
    const recorded = metadata.annotations?.[secretsAnnotation];
    if (recorded) this.revision = { recorded, of: canonical([variables, contents]) };
  }

  private generate(keys: readonly string[]): void {
    for (const key of keys) this.keys.add(key);
  }

  private get missingKeys(): string[] {
    return missingKeys({ data: Object.fromEntries([...this.keys].map((key) => [key, '-'])) });
  }

  /** What was recorded stands for the Secrets as they were then. */
  private revisionOf(contents: string, statefulSet: Stored<StatefulSet> | undefined): string {
    const recorded = statefulSet?.metadata.annotations?.[secretsAnnotation] ?? revisionOf('', contents);
    this.revision ??= { recorded, of: contents };
    if (contents === this.revision.of) return this.revision.recorded;
    const [key] = this.revision.recorded.split('-');
    return [key, ...revisionOf('', contents).split('-').slice(1)].join('-');
  }

  private data({ spec, metadata }: NacosObject, instance: Instance): Pick<Observed, 'data'> {
    if (!spec.initialData || instance.servers.replicas === 0) return {};
    const items = itemsOf(spec.initialData);
    this.wanted = new Map(items.map((item) => [item.name, revisionOf('', item)]));
    const found = items.map((item) => {
      const [wanted, there] = [this.wanted.get(item.name), this.written.get(item.name)];
      const state = there === undefined ? 'absent' : there === wanted ? 'same' : 'different';
      return { item, there: state, wanted, ...(there && { found: there }) } as const;
    });
    return { data: { found: true, pod: `${metadata.name}-0`, items: found } };
  }

  private effect<S>(change: (step: S) => void): (observed: Observed, step: S) => Observed {
    return (observed, step) => {
      change(step);
      return observed;
    };
  }
}

/** Lines in the list of members. */
function linesOf(list: Stored<ConfigMap> | undefined): number | undefined {
  return list?.data?.['cluster.conf']?.split('\n').filter(Boolean).length;
}
