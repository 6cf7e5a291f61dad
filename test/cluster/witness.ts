import type { Pod } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { TestCluster } from './test-cluster.js';

/** Sees every change of the pods and endpoints of a namespace, from its beginning on. */
export class Witness {
  /** The least number of endpoints that each Service had since it had some. */
  readonly endpoints = new Map<string, number>();
  /** By Nacos, the pods whose deletion was asked for. */
  readonly gone = new Map<string, Set<string>>();
  /** The least number of servers of each Nacos that were ready at a time, since the first of them went. */
  readonly ready = new Map<string, number>();
  /** By Nacos, its pods that are ready. */
  private readonly pods = new Map<string, Set<string>>();
  private readonly ending = new AbortController();

  private constructor() {}

  static async begin({ api, namespace }: TestCluster): Promise<Witness> {
    const witness = new Witness();
    const { signal } = witness.ending;
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    await api.follow<EndpointSlice>(slices, ({ type, object }) => witness.seeEndpoints(type, object), signal);
    const pods = `/api/v1/namespaces/${namespace}/pods?labelSelector=component%3Dnacos`;
    await api.follow<Pod>(pods, ({ type, object }) => witness.seePod(type, object), signal);
    return witness;
  }

  end(): void {
    this.ending.abort();
  }

  private seeEndpoints(type: string, { metadata, endpoints }: EndpointSlice): void {
    const service = metadata?.labels?.['kubernetes.io/service-name'] ?? '';
    const count = type === 'DELETED' ? 0 : (endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
    const before = this.endpoints.get(service);
    if (count > 0 || before !== undefined) this.endpoints.set(service, Math.min(before ?? count, count));
  }

  private seePod(type: string, { metadata, status }: Pod): void {
    const { labels, name = '', deletionTimestamp } = metadata ?? {};
    const app = labels?.app ?? '';
    const pods = this.pods.get(app) ?? new Set();
    const gone = this.gone.get(app) ?? new Set();
    this.pods.set(app, pods);
    this.gone.set(app, gone);
    if (deletionTimestamp) gone.add(name);
    const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
    if (isReady && type !== 'DELETED' && !deletionTimestamp) pods.add(name);
    else pods.delete(name);
    if (gone.size > 0) this.ready.set(app, Math.min(this.ready.get(app) ?? pods.size, pods.size));
  }
}
