import type { Answer, Question } from '../../server/exchange.js';
import type { Metadata, ServiceCluster, ServiceInstance, ServiceItem } from '../item.js';
import type { Written } from '../source.js';
import type { Client } from './client.js';

type Id = Pick<ServiceItem, 'namespace' | 'group' | 'name'>;
type Form = Readonly<Record<string, string>>;

/** How a line of Nacos is asked for services (nacos: CatalogController.java, ServiceControllerV3.java). */
interface Line {
  readonly list: string;
  readonly detail: string;
  readonly instances: string;
  readonly service: string;
  readonly cluster: string;
  readonly instance: string;
  id(id: Id): Form;
  /** Of a new service; 2.x takes it for persistent. */
  readonly createsEphemeral: boolean;
}

const lines: Readonly<Record<'v1' | 'v3', Line>> = {
  v1: {
    list: '/v1/ns/catalog/services',
    detail: '/v1/ns/catalog/service',
    instances: '/v1/ns/catalog/instances',
    service: '/v1/ns/service',
    cluster: '/v1/ns/cluster',
    instance: '/v1/ns/instance',
    id: ({ namespace, group, name }) => ({ namespaceId: namespace, serviceName: `${group}@@${name}` }),
    createsEphemeral: false,
  },
  v3: {
    list: '/v3/admin/ns/service/list',
    detail: '/v3/admin/ns/service',
    instances: '/v3/admin/ns/instance/list',
    service: '/v3/admin/ns/service',
    cluster: '/v3/admin/ns/cluster',
    instance: '/v3/admin/ns/instance',
    id: ({ namespace, group, name }) => ({ namespaceId: namespace, groupName: group, serviceName: name }),
    createsEphemeral: true,
  },
};

const pageSize = 500;

/** Services with what an operator of Nacos set, and persistent instances; what clients register comes with them. */
export class Services {
  private readonly line: Line;

  constructor(private readonly client: Client) {
    this.line = lines[client.api.data];
  }

  async *ids(namespace: string): AsyncIterable<Id> {
    const what = `list the services of namespace ${namespace}`;
    const all = { namespaceId: namespace, hasIpCount: 'false', serviceNameParam: '', groupNameParam: '' };
    for (let pageNo = 1, total = 1; (pageNo - 1) * pageSize < total; pageNo++) {
      const query = new URLSearchParams({ ...all, pageNo: String(pageNo), pageSize: String(pageSize) });
      const answer = await this.client.ask(what, { path: `${this.line.list}?${query}` });
      const { serviceList, pageItems = serviceList, count, totalCount = count } = dataOf<ListAnswer>(answer);
      if (answer.status !== 200 || !Array.isArray(pageItems)) throw this.client.failure(what, answer);
      for (const { name, groupName } of pageItems) yield { namespace, group: groupName, name };
      total = totalCount ?? 0;
    }
  }

  /** Undefined also where all of it comes with the clients that register. */
  async read(id: Id): Promise<ServiceItem | undefined> {
    const what = `read service ${id.namespace}/${id.group}/${id.name}`;
    const query = new URLSearchParams(this.line.id(id));
    const answer = await this.client.ask(what, { path: `${this.line.detail}?${query}` });
    if (isMissing(answer)) return undefined;
    if (answer.status !== 200) throw this.client.failure(what, answer);
    const found = dataOf<DetailAnswer>(answer);
    const { protectThreshold = 0, metadata, selector, ephemeral } = { ...found, ...found.service };
    const clusters = [...(found.clusters ?? []), ...Object.values(found.clusterMap ?? {})].map(clusterOf);
    const registered = (await Promise.all(clusters.map(({ name }) => this.instances(id, name)))).flat();
    const item: ServiceItem = {
      kind: 'service',
      ...id,
      ephemeral: ephemeral ?? registered.some((one) => one.ephemeral),
      protectThreshold: Number(protectThreshold.toFixed(4)),
      metadata: metadata ?? {},
      selector: selector?.expression ? { type: selector.type, expression: selector.expression } : { type: 'none' },
      clusters: clusters.filter((one) => !isDefault(one)).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
      instances: registered
        .filter((one) => !one.ephemeral)
        .map(instanceOf)
        .toSorted(byAddress),
    };
    const { clusters: set, instances, ...rest } = item;
    const bare = rest.protectThreshold === 0 && rest.selector.type === 'none' && !Object.keys(rest.metadata).length;
    return item.ephemeral && bare && set.length + instances.length === 0 ? undefined : item;
  }

  async write(item: ServiceItem): Promise<Written> {
    const { protectThreshold, metadata, selector, ephemeral, instances, clusters } = item;
    const query = new URLSearchParams(this.line.id(item));
    const there = !isMissing(await this.client.ask('look for a service', { path: `${this.line.detail}?${query}` }));
    if (!there && ephemeral && !this.line.createsEphemeral)
      return { done: false, why: 'before 3.0 its clients have to register it first; write it again then' };
    const what = `write service ${item.namespace}/${item.group}/${item.name}`;
    const form = {
      ...this.line.id(item),
      protectThreshold: String(protectThreshold),
      metadata: JSON.stringify(metadata),
      // Decoded twice (nacos: ServiceController.java, parseSelector).
      selector: encodeURIComponent(JSON.stringify(selector)),
      ephemeral: String(ephemeral),
    };
    await this.change(what, { method: there ? 'PUT' : 'POST', path: this.line.service, form });
    const former = (there && (await this.read(item))?.instances) || [];
    const key = ({ cluster, ip, port }: ServiceInstance) => `${cluster} ${ip} ${port}`;
    const kept = new Set(instances.map(key));
    for (const instance of former.filter((one) => !kept.has(key(one)))) {
      const gone = new URLSearchParams(this.instanceForm(item, instance));
      await this.change(what, { method: 'DELETE', path: `${this.line.instance}?${gone}` });
    }
    for (const instance of instances)
      await this.change(what, { method: 'POST', path: this.line.instance, form: this.instanceForm(item, instance) });
    for (const cluster of clusters) {
      const { name, checkPort, useInstancePort, healthChecker } = cluster;
      const settings = {
        clusterName: name,
        checkPort: String(checkPort),
        useInstancePort4Check: String(useInstancePort),
      };
      const json = { healthChecker: JSON.stringify(healthChecker), metadata: JSON.stringify(cluster.metadata) };
      const form = { ...this.line.id(item), ...settings, ...json };
      await this.change(what, { method: 'PUT', path: this.line.cluster, form });
    }
    return { done: true };
  }

  private instanceForm(id: Id, { cluster, ip, port, weight, enabled, metadata }: ServiceInstance): Form {
    return {
      ...this.line.id(id),
      clusterName: cluster,
      ip,
      port: String(port),
      weight: String(weight),
      enabled: String(enabled),
      metadata: JSON.stringify(metadata),
      ephemeral: 'false',
    };
  }

  private async instances(id: Id, cluster: string): Promise<readonly InstanceAnswer[]> {
    const found: InstanceAnswer[] = [];
    for (let pageNo = 1, total = 1; (pageNo - 1) * pageSize < total; pageNo++) {
      const numbers = { pageNo: String(pageNo), pageSize: String(pageSize) };
      const query = new URLSearchParams({ ...this.line.id(id), clusterName: cluster, ...numbers });
      const what = `list the instances of service ${id.namespace}/${id.group}/${id.name}`;
      const answer = await this.client.ask(what, { path: `${this.line.instances}?${query}` });
      if (isMissing(answer)) return [];
      const data = dataOf<InstanceAnswer[] | { readonly list?: InstanceAnswer[]; readonly count?: number }>(answer);
      if (Array.isArray(data)) return data;
      if (answer.status !== 200 || !data.list) throw this.client.failure(what, answer);
      found.push(...data.list);
      total = data.count ?? 0;
    }
    return found;
  }

  /** 2.x answers `ok` as text. */
  private async change(what: string, question: Question): Promise<void> {
    const answer = await this.client.ask(what, question);
    const done = this.client.api.data === 'v1' || answer.code === 0;
    if (answer.status !== 200 || !done) throw this.client.failure(what, answer);
  }
}

interface ListAnswer {
  readonly serviceList?: readonly { readonly name: string; readonly groupName: string }[];
  readonly pageItems?: ListAnswer['serviceList'];
  readonly count?: number;
  readonly totalCount?: number;
}

interface DetailAnswer {
  readonly protectThreshold?: number;
  readonly metadata?: Metadata;
  readonly selector?: { readonly type: string; readonly expression?: string | null } | null;
  readonly ephemeral?: boolean;
  readonly service?: Pick<DetailAnswer, 'protectThreshold' | 'metadata' | 'selector' | 'ephemeral'>;
  readonly clusters?: readonly ClusterAnswer[];
  readonly clusterMap?: Readonly<Record<string, ClusterAnswer>>;
}

interface ClusterAnswer {
  readonly name?: string;
  readonly clusterName?: string;
  readonly healthChecker?: Readonly<Record<string, unknown>>;
  readonly defaultCheckPort?: number;
  readonly healthyCheckPort?: number;
  readonly useIPPort4Check?: boolean;
  readonly useInstancePortForCheck?: boolean;
  readonly metadata?: Metadata | null;
}

interface InstanceAnswer extends Omit<ServiceInstance, 'cluster'> {
  readonly clusterName: string;
  readonly ephemeral: boolean;
}

function clusterOf(answer: ClusterAnswer): ServiceCluster {
  return {
    name: answer.name ?? answer.clusterName ?? 'DEFAULT',
    healthChecker: answer.healthChecker ?? { type: 'TCP' },
    checkPort: answer.defaultCheckPort ?? answer.healthyCheckPort ?? 80,
    useInstancePort: answer.useIPPort4Check ?? answer.useInstancePortForCheck ?? true,
    metadata: answer.metadata ?? {},
  };
}

/** What a cluster is that was never set (nacos: ClusterMetadata.java). */
function isDefault({ healthChecker, checkPort, useInstancePort, metadata }: ServiceCluster): boolean {
  const checked = ['TCP', 'NONE'].includes(String(healthChecker.type));
  return checked && checkPort === 80 && useInstancePort && Object.keys(metadata).length === 0;
}

function instanceOf({ clusterName, ip, port, weight, enabled, metadata }: InstanceAnswer): ServiceInstance {
  return { cluster: clusterName, ip, port, weight, enabled, metadata };
}

function byAddress(one: ServiceInstance, other: ServiceInstance): number {
  const text = ({ cluster, ip, port }: ServiceInstance) => `${cluster} ${ip} ${String(port).padStart(5, '0')}`;
  return text(one) < text(other) ? -1 : 1;
}

function dataOf<T>({ body }: Answer): T {
  const { data = body } = Object(body) as { readonly data?: unknown };
  return Object(data) as T;
}

/** 2.x answers 404 (measured on 2.0.4 and 2.3.2), and 3.x an error's code (nacos: ErrorCode.java). */
function isMissing({ status, code }: Answer): boolean {
  return status === 404 || code === 20004 || code === 21008;
}
